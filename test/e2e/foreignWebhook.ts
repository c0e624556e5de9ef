import assert from 'node:assert/strict';
import type { SandboxProcess } from '../../scripts/host/sandboxProcess';

/** A request to a sandbox as any program of this machine would send it; its body as JSON where it has one. */
export async function webApi(
  sandbox: Pick<SandboxProcess, 'url' | 'token'>,
  method: string,
  query: string,
  body?: object,
): Promise<unknown> {
  const response = await fetch(`${sandbox.url}/api/data/v9.2/${query}`, {
    method,
    headers: { Authorization: `Bearer ${sandbox.token}`, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  assert.ok(response.ok, `${query} answered ${response.status}: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

/** What is registered. */
export interface ForeignWebhook {
  readonly name: string;
  readonly url: string;
  /** `authtype` and `authvalue`. */
  readonly auth: { readonly type: 4 | 5 | 6; readonly value: string };
}

/**
 * Registers a webhook with an asynchronous step on *Update* of a contact's last name as another tool would, so that the
 * editor never hears of its secret. The step is called `NAME: Update of contact`. Gives the id of the webhook.
 */
export async function registerForeignWebhook(
  sandbox: Pick<SandboxProcess, 'url' | 'token'>,
  { name, url, auth }: ForeignWebhook,
): Promise<string> {
  const idOf = async (query: string, column: string): Promise<string> => {
    const { value } = (await webApi(sandbox, 'GET', query)) as {
      value: ReadonlyArray<Record<string, string>>;
    };
    return value[0]?.[column] ?? assert.fail(query);
  };
  const hook = { name, url, contract: 8, authtype: auth.type, authvalue: auth.value, messageformat: 2 };
  await webApi(sandbox, 'POST', 'serviceendpoints', hook);
  const webhook = await idOf(
    `serviceendpoints?$select=serviceendpointid&$filter=name eq '${name}'`,
    'serviceendpointid',
  );
  const message = await idOf("sdkmessages?$select=sdkmessageid&$filter=name eq 'Update'", 'sdkmessageid');
  const filter = await idOf(
    `sdkmessagefilters?$select=sdkmessagefilterid&$filter=_sdkmessageid_value eq ${message} and primaryobjecttypecode eq 'contact'`,
    'sdkmessagefilterid',
  );
  await webApi(sandbox, 'POST', 'sdkmessageprocessingsteps', {
    name: `${name}: Update of contact`,
    stage: 40,
    mode: 1,
    rank: 1,
    supporteddeployment: 0,
    asyncautodelete: false,
    filteringattributes: 'lastname',
    'eventhandler_serviceendpoint@odata.bind': `/serviceendpoints(${webhook})`,
    'sdkmessageid@odata.bind': `/sdkmessages(${message})`,
    'sdkmessagefilterid@odata.bind': `/sdkmessagefilters(${filter})`,
  });
  return webhook;
}
