import { Secret } from '../base/secret';
import type { EndpointAuthentication, SettingPair } from './authentication';
import { wireRequest, type DeliveryRequest } from './sender';

/** A request as it can be shown and copied. */
export interface CopiedRequest {
  readonly url: string;
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
  readonly body: string;
}

/**
 * A delivery with a placeholder for every secret: the authentication, the values in the address's query, a user and
 * password in it. Undefined where the delivery could not be sent either.
 */
export function withPlaceholders(request: DeliveryRequest): CopiedRequest | undefined {
  return copied({
    ...request,
    url: placeholderUrl(request.url),
    authentication: placeholderAuthentication(request.authentication),
  });
}

/** A delivery as it is sent, secrets in the clear. Only for the act of its own that copies them. */
export function withSecrets(request: DeliveryRequest): CopiedRequest | undefined {
  return copied(request);
}

function copied(request: DeliveryRequest): CopiedRequest | undefined {
  const wire = wireRequest(request);
  return wire.ok ? { url: wire.url, headers: wire.headers, body: request.body.text } : undefined;
}

/** The word that stands for a secret: plain letters, so that it needs no quotes and no escapes anywhere. */
export function placeholder(name: string): string {
  return `YOUR_${name.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}`;
}

function placeholderAuthentication(authentication: EndpointAuthentication): EndpointAuthentication {
  if (authentication.type === 'webhookKey') {
    return authentication.key.isEmpty
      ? authentication
      : { type: 'webhookKey', key: new Secret(placeholder('code')) };
  }
  const pairs = authentication.pairs.map(({ name }): SettingPair => ({
    name,
    value: new Secret(placeholder(name)),
  }));
  return { type: authentication.type, pairs };
}

/** An address whose query may hold a key, and which may hold a user and a password. */
function placeholderUrl(address: string): string {
  const url = URL.parse(address);
  if (url === null) return address;
  for (const name of new Set(url.searchParams.keys())) url.searchParams.set(name, placeholder(name));
  url.username = '';
  url.password = '';
  return url.href;
}

/** A shell that a command is pasted into. */
export type Shell = 'bash' | 'powershell' | 'cmd';

/** Most characters that a line of the Windows Command Prompt may have. */
export const CMD_LIMIT = 8191;

/** A command for curl that sends the request as it is, byte for byte. */
export function curlCommand(request: CopiedRequest, shell: Shell): string {
  switch (shell) {
    case 'bash':
      return curlArguments(request)
        .map((words) => words.map(bashWord).join(' '))
        .join(' \\\n  ');
    case 'cmd':
      return curlArguments(request)
        .map((words) => words.map(cmdWord).join(' '))
        .join(' ');
    case 'powershell':
      return powershellCommand(request);
  }
}

/** Without redirects, as the service; the address taken literally, brackets and braces too. */
function curlArguments({ url, headers, body }: CopiedRequest): ReadonlyArray<readonly string[]> {
  return [
    ['curl', '--include', '--globoff', '--max-time', '60', '--request', 'POST', url],
    ...headers.map(([name, value]) => ['--header', headerLine(name, value)]),
    ['--data-raw', body],
  ];
}

/** curl sends a header without a value only when it ends with a semicolon. */
function headerLine(name: string, value: string): string {
  return value === '' ? `${name};` : `${name}: ${value}`;
}

/** A word that bash takes as it is. Nothing is special between single quotes but the quote itself. */
function bashWord(text: string): string {
  if (/^[A-Za-z0-9_./:=@%+,-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * A word for the Windows Command Prompt. The quotes that the program sees are escaped for the prompt, so that it never
 * is inside of quotes and a caret takes the meaning of every character after it; a caret also breaks the name of a
 * variable between percent signs. What the program's own rules want (backslashes before quotes doubled) comes first.
 */
export function cmdWord(text: string): string {
  if (/^[A-Za-z0-9_./:-]+$/.test(text)) return text;
  const argument = `"${text.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;
  return argument.replace(/[^A-Za-z0-9_./-]/gu, '^$&');
}

/**
 * curl's own configuration over its input: between the marks of a here-string nothing is special, and a line that ended
 * it cannot occur, since all of ours begin with a word and have no line breaks inside.
 */
function powershellCommand(request: CopiedRequest): string {
  return [
    '$OutputEncoding = [Text.UTF8Encoding]::new($false)',
    "@'",
    curlConfig(request),
    "'@ | curl.exe --config -",
  ].join('\n');
}

/** The request as a configuration of curl. */
export function curlConfig({ url, headers, body }: CopiedRequest): string {
  return [
    'include',
    'globoff',
    'max-time = 60',
    'request = "POST"',
    `url = ${configText(url)}`,
    ...headers.map(([name, value]) => `header = ${configText(headerLine(name, value))}`),
    `data-raw = ${configText(body)}`,
  ].join('\n');
}

function configText(text: string): string {
  const escaped = text
    .replace(/[\\"]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
  return `"${escaped}"`;
}

/** The request as an `.http` file, as the clients in editors read it. */
export function httpFile(request: CopiedRequest, title: string): string {
  return [
    `### ${title.replace(/[\r\n]+/g, ' ')}`,
    `POST ${request.url} HTTP/1.1`,
    ...request.headers.map(([name, value]) => `${name}: ${value}`),
    '',
    // Two braces begin a variable there; inside of a JSON text one can be written by its number.
    request.body.replaceAll('{{', '{\\u007b'),
    '',
  ].join('\n');
}
