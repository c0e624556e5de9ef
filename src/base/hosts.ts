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
