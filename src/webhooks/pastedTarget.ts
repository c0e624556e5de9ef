import { Secret } from '../base/secret';
import { checkKey, checkPairName, checkPairValue } from './authValue';
import type { AuthPair, WebhookAuth } from './model';

/** What was recognised in a pasted text: where to call, and how the caller proves itself. */
export interface PastedTarget {
  readonly source: 'curl' | 'functionUrl';
  /** Without the key that is in `auth`. */
  readonly url: string;
  readonly auth: WebhookAuth | undefined;
}

/**
 * Recognises a whole curl command, or the URL of an Azure Function with its key (`?code=…`), in what was pasted where a
 * URL is asked for. Undefined for everything else: that is a plain URL, right or wrong.
 */
export function pastedTarget(text: string): PastedTarget | undefined {
  const trimmed = text.trim();
  if (/^(\$\s+)?curl(\.exe)?\s/i.test(trimmed)) return curlTarget(trimmed.replace(/^\$\s+/, ''));
  const keyed = withoutCode(trimmed);
  return keyed === undefined
    ? undefined
    : { source: 'functionUrl', url: keyed.url, auth: { type: 'webhookKey', key: keyed.key } };
}

/** Takes `code=…` out of a URL's query and leaves every other character as it is. */
function withoutCode(url: string): { readonly url: string; readonly key: Secret } | undefined {
  const mark = url.indexOf('?');
  if (!/^https?:\/\/\S+$/i.test(url) || mark < 0 || url.includes('#')) return undefined;
  const parameters = url.slice(mark + 1).split('&');
  const codes = parameters.filter((parameter) => parameter.startsWith('code='));
  const [code] = codes;
  if (code === undefined || codes.length > 1) return undefined;
  const key = decoded(code.slice('code='.length));
  if (key === undefined || checkKey(key) !== undefined) return undefined;
  const rest = parameters.filter((parameter) => parameter !== code);
  return {
    url: url.slice(0, mark) + (rest.length === 0 ? '' : `?${rest.join('&')}`),
    key: new Secret(key),
  };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Options of curl that take no value, by their letters and their names. Every other one is followed by its value. */
const FLAG_LETTERS = 'aBfgGiIjJklLMnNOpqRsSvVZ0123456#:';
const FLAGS = new Set([
  'compressed',
  'fail',
  'fail-with-body',
  'get',
  'globoff',
  'head',
  'http1.0',
  'http1.1',
  'http2',
  'http2-prior-knowledge',
  'http3',
  'include',
  'insecure',
  'ipv4',
  'ipv6',
  'location',
  'location-trusted',
  'no-buffer',
  'no-keepalive',
  'no-progress-meter',
  'path-as-is',
  'progress-bar',
  'raw',
  'remote-name',
  'show-error',
  'silent',
  'ssl-reqd',
  'tcp-nodelay',
  'tlsv1',
  'tlsv1.2',
  'tlsv1.3',
  'verbose',
]);

/** Headers of the request itself, which say nothing of who is calling. */
const PLAIN_HEADERS = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'cache-control',
  'content-length',
  'content-type',
  'origin',
  'referer',
  'user-agent',
]);

interface Curl {
  url?: string;
  readonly headers: string[];
  user?: string;
}

function curlTarget(text: string): PastedTarget | undefined {
  const command = readCurl(shellWords(text).slice(1));
  if (command.url === undefined) return undefined;
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(command.url) ? command.url : `http://${command.url}`;
  const pairs = authPairs(command);
  if (pairs.length > 0) return { source: 'curl', url, auth: { type: 'httpHeader', pairs } };
  const keyed = withoutCode(url);
  return keyed === undefined
    ? { source: 'curl', url, auth: undefined }
    : { source: 'curl', url: keyed.url, auth: { type: 'webhookKey', key: keyed.key } };
}

function readCurl(words: readonly string[]): Curl {
  const command: Curl = { headers: [] };
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const option = curlOption(word);
    if (option === undefined) {
      command.url ??= word;
      continue;
    }
    if (!option.takesValue) continue;
    if (option.value === undefined) at += 1;
    const value = option.value ?? words[at] ?? '';
    if (option.name === 'H' || option.name === 'header') command.headers.push(value);
    else if (option.name === 'url') command.url = value;
    else if (option.name === 'u' || option.name === 'user') command.user = value;
  }
  return command;
}

/** An option with its value where both stand in one word: `-HName: value`, `-sSH`, `--header=…`. */
function curlOption(
  word: string,
): { readonly name: string; readonly takesValue: boolean; readonly value?: string } | undefined {
  if (word.startsWith('--') && word.length > 2) {
    const [, name = '', value] = /^--([^=]+)(?:=([\s\S]*))?$/.exec(word) ?? [];
    if (value !== undefined) return { name, takesValue: true, value };
    return { name, takesValue: !FLAGS.has(name) && !name.startsWith('no-') };
  }
  if (!word.startsWith('-') || word === '-') return undefined;
  const letters = Array.from(word.slice(1));
  const place = letters.findIndex((letter) => !FLAG_LETTERS.includes(letter));
  if (place < 0) return { name: letters.at(-1) ?? '', takesValue: false };
  const rest = letters.slice(place + 1).join('');
  return { name: letters[place] ?? '', takesValue: true, ...(rest === '' ? {} : { value: rest }) };
}

/** The headers that can be registered; a user with a password becomes the header that curl would send. */
function authPairs(command: Curl): readonly AuthPair[] {
  const pairs: AuthPair[] = [];
  const basic = command.user === undefined ? [] : [`Authorization: Basic ${base64(command.user)}`];
  for (const header of [...command.headers, ...basic]) {
    const [, name = '', value = ''] = /^([^:]*):([\s\S]*)$/.exec(header) ?? [];
    if (PLAIN_HEADERS.has(name.trim().toLowerCase())) continue;
    const pair = { name: name.trim(), value: value.trim() };
    const names = pairs.map((other) => other.name);
    if (checkPairName('httpHeader', pair.name, names) !== undefined) continue;
    if (checkPairValue('httpHeader', pair.value) !== undefined) continue;
    pairs.push({ name: pair.name, value: new Secret(pair.value) });
  }
  return pairs;
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

/**
 * The words of a command line, as the shells quote them: '…', "…" with \, and \ before a character. A line that goes
 * on ends with \ (sh), ^ (cmd) or ` (PowerShell); an input box has joined the lines, so these stand before a blank.
 */
function shellWords(text: string): readonly string[] {
  const lines = text.replace(/\r/g, '').replace(/(^|\s)[\\^`](?=\s|$)/g, '$1');
  const words: string[] = [];
  const word = /(?:'[^']*'|"(?:\\[\s\S]|[^"\\])*"|\\[\s\S]|[^\s'"\\])+/g;
  for (const [raw] of lines.matchAll(word)) {
    words.push(
      raw.replace(
        /'([^']*)'|"((?:\\[\s\S]|[^"\\])*)"|\\([\s\S])/g,
        (_, single?: string, double?: string, one?: string) =>
          single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? one ?? '',
      ),
    );
  }
  return words;
}
