/**
 * True for an address that never leaves this machine: `localhost` and names below it, 127.0.0.0/8 and `[::1]`.
 * @param hostname as `URL.hostname` gives it (lower case, IPv6 in brackets).
 */
export function isLoopbackHost(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
  );
}
