import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** What the browser got last. */
export interface BrowserPage {
  readonly url: string;
  readonly status: number;
  readonly body: string;
}

/** A person with a browser: follows redirects, keeps cookies, fills in the sign-in server's forms. */
export class ScriptedBrowser {
  readonly #ca: string;
  readonly #cookies = new Map<string, string>();

  constructor(ca: string) {
    this.#ca = ca;
  }

  /** Signs in as somebody and agrees to everything, until the server sends the browser elsewhere or is done. */
  async signIn(address: string, login: string): Promise<BrowserPage> {
    return this.#through(await this.open(address), (page) => {
      if (page.body.includes('name="login"')) return { prompt: 'login', login, password: 'any' };
      return formOf(page)?.inputs ?? {};
    });
  }

  /** Opens the sign-in and refuses it. */
  async refuse(address: string): Promise<BrowserPage> {
    const page = await this.open(address);
    return this.#through(
      await this.open(new URL(`${page.url.replace(/\/$/, '')}/abort`).href),
      (next) => formOf(next)?.inputs ?? {},
    );
  }

  /** Types the code of a device and confirms or aborts. */
  async enterCode(page: string, code: string, login: string, confirm = true): Promise<BrowserPage> {
    const input = formOf(await this.open(page));
    if (input === undefined) throw new Error('The page has no form for the code');
    const asked = await this.#send('POST', input.action, { ...input.inputs, user_code: code });
    const form = formOf(asked);
    if (form === undefined) return asked;
    const answer = await this.#send('POST', form.action, {
      ...form.inputs,
      ...(confirm ? { confirm: 'yes' } : { abort: 'yes' }),
    });
    if (!confirm) return answer;
    return this.#through(answer, (next) =>
      next.body.includes('name="login"')
        ? { prompt: 'login', login, password: 'any' }
        : (formOf(next)?.inputs ?? {}),
    );
  }

  async open(address: string): Promise<BrowserPage> {
    return this.#send('GET', address);
  }

  async #through(
    first: BrowserPage,
    fill: (page: BrowserPage) => Readonly<Record<string, string>>,
  ): Promise<BrowserPage> {
    let page = first;
    for (let step = 0; step < 10; step += 1) {
      const form = formOf(page);
      if (form === undefined) return page;
      page = await this.#send('POST', form.action, { ...form.inputs, ...fill(page) });
    }
    throw new Error('The sign-in pages do not come to an end');
  }

  async #send(
    method: 'GET' | 'POST',
    address: string,
    form?: Readonly<Record<string, string>>,
  ): Promise<BrowserPage> {
    let url = new URL(address);
    let verb = method;
    let body = form === undefined ? '' : new URLSearchParams(form).toString();
    for (let hop = 0; hop < 10; hop += 1) {
      const answer = await this.#exchange(verb, url, body);
      if (answer.location === undefined) return { url: url.href, status: answer.status, body: answer.body };
      url = new URL(answer.location, url);
      verb = 'GET';
      body = '';
    }
    throw new Error('Too many redirects');
  }

  async #exchange(
    method: string,
    url: URL,
    body: string,
  ): Promise<{ status: number; location: string | undefined; body: string }> {
    // A loopback is asked for by its number: the name may mean another address first.
    const hostname = url.hostname === 'localhost' ? '127.0.0.1' : url.hostname;
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    return new Promise((resolve, reject) => {
      const request = send(
        {
          method,
          hostname,
          port: url.port,
          path: url.pathname + url.search,
          agent: false,
          ca: this.#ca,
          headers: {
            Host: url.host,
            ...(cookie === '' || url.protocol === 'http:' ? {} : { Cookie: cookie }),
            ...(method === 'POST' ? { 'Content-Type': 'application/x-www-form-urlencoded' } : {}),
          },
        },
        (response) => {
          for (const line of response.headers['set-cookie'] ?? []) {
            const [name = '', value = ''] = (line.split(';', 1)[0] ?? '').split('=', 2);
            if (value === '') this.#cookies.delete(name);
            else this.#cookies.set(name, value);
          }
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const status = response.statusCode ?? 0;
            const location = status >= 300 && status < 400 ? response.headers.location : undefined;
            resolve({ status, location, body: Buffer.concat(chunks).toString('utf8') });
          });
        },
      );
      request.on('error', reject);
      request.end(body);
    });
  }
}

/** The first form of a page, its hidden inputs filled in. */
function formOf(page: BrowserPage): { action: string; inputs: Record<string, string> } | undefined {
  const form = /<form[^>]*>[\s\S]*?<\/form>/.exec(page.body)?.[0];
  const action = form === undefined ? undefined : attribute(form, 'action');
  if (form === undefined || action === undefined) return undefined;
  const inputs: Record<string, string> = {};
  for (const [input] of form.matchAll(/<input[^>]*>/g)) {
    const name = attribute(input, 'name');
    const value = attribute(input, 'value');
    if (name !== undefined && value !== undefined) inputs[name] = value;
  }
  return { action: new URL(action, page.url).href, inputs };
}

function attribute(tag: string, name: string): string | undefined {
  const text = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
  return text
    ?.replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');
}
