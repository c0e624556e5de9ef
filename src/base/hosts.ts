/**
 * True for an address that never leaves this machine: `localhost` and names below it, 127.0.0.0/8, `[::1]`, and
 * 127.0.0.0/8 written as IPv6.
 * @param hostname as `URL.hostname` gives it (lower case, IPv6 in brackets).
 */
export function isLoopbackHost(hostname: string): boolean {
  return (
    /^(.+\.)?localhost\.?$/.test(hostname) ||
    hostname === '[::1]' ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname) ||
    /^\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\]$/.test(hostname)
  );
}

/**
 * True for an address that the internet does not lead to: private and link-local networks (RFC 1918, 3927, 4193, 6598)
 * and names that only a network of one's own answers for. Loopback is not among them.
 * @param hostname as `URL.hostname` gives it.
 */
export function isPrivateHost(hostname: string): boolean {
  if (isLoopbackHost(hostname)) return false;
  if (hostname.startsWith('[')) return isPrivateIpv6(hostname);
  const parts = /^(\d{1,3})\.(\d{1,3})\.\d{1,3}\.\d{1,3}$/.exec(hostname);
  if (parts === null) {
    const name = hostname.replace(/\.$/, '');
    return !name.includes('.') || /\.(local|localdomain|lan|internal|intranet|home\.arpa|test)$/.test(name);
  }
  return isPrivateIpv4(Number(parts[1]), Number(parts[2]));
}

function isPrivateIpv4(first: number, second: number): boolean {
  if (first === 0 || first === 10) return true;
  if (first === 172) return second >= 16 && second <= 31;
  if (first === 192) return second === 168;
  if (first === 169) return second === 254;
  return first === 100 && second >= 64 && second <= 127;
}

/** `URL` writes IPv4 inside IPv6 as two groups of hexadecimal digits. */
function isPrivateIpv6(hostname: string): boolean {
  const mapped = /^\[::ffff:([0-9a-f]{1,4}):[0-9a-f]{1,4}\]$/.exec(hostname);
  if (mapped !== null) {
    const high = Number.parseInt(mapped[1] ?? '0', 16);
    return isPrivateIpv4(high >> 8, high & 0xff);
  }
  return hostname === '[::]' || /^\[(f[cd][0-9a-f]{2}|fe[89ab][0-9a-f]):/.test(hostname);
}
