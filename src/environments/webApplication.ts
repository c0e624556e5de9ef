import { isGuid } from '../base/guid';
import { isLoopbackHost } from '../base/hosts';

/**
 * The address of a row's form in the environment's web application: documented for model-driven apps as
 * `main.aspx?etn=<table>&pagetype=entityrecord&id=<id>`; which app opens without `appid` is left to the service. Undefined
 * for what has no web application, such as a sandbox, and for what is no table or id.
 * @param url origin of the environment
 */
export function rowAddress(url: string, table: string, id: string): string | undefined {
  const origin = URL.parse(url);
  if (origin?.protocol !== 'https:' || isLoopbackHost(origin.hostname)) return undefined;
  if (!/^[a-z_][a-z0-9_]*$/i.test(table) || !isGuid(id)) return undefined;
  const address = new URL('/main.aspx', origin);
  address.search = new URLSearchParams({ etn: table, pagetype: 'entityrecord', id }).toString();
  return address.href;
}
