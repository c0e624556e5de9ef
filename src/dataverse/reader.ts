import { addressOf, resolveLink } from './address';
import type { Answer, Connection } from './connection';
import { DataverseError, describePath, type DataverseErrorFacts } from './errors';
import { readHeaders, type Headers } from './headers';
import { badAnswer, isRow, rawValueOf, rowOf, rowsOf } from './json';
import { sendRead } from './longRead';
import type { CallOptions, ReadOptions, Row } from './webApi';

/** The member of a document that leads to the rest of it. */
export const NEXT_LINK = '@odata.nextLink';
/** How its name ends in the text of a document. Rare letters: searching these is many times quicker than the whole name. */
const NEXT_LINK_END = 'Link"';
/** Navigation within navigation within …; a document nested deeper is no answer of the Web API. */
const DEEPEST_EXPAND = 30;

/** One document of the service with what is needed to speak of it in errors. */
export interface Document {
  readonly url: string;
  readonly body: Row;
  readonly answer: Answer;
  readonly facts: DataverseErrorFacts;
}

/** Reads rows, with everything that an expand has cut into pages of its own. */
export class Reader {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * GET of one object. Expanded collections are complete, and so is a function's result that came in pages; a bare value
   * is an object, too.
   */
  async get(path: string, options: ReadOptions): Promise<Row> {
    const headers = readHeaders(options);
    const url = addressOf(this.#connection.root, path);
    const answer = await this.ask(url, headers, options);
    const raw = rawValueOf(path, answer);
    if (raw !== undefined) return raw;
    const document = this.documentOf(url, answer);
    const body = await this.#complete(document.body, document, headers, options, 0);
    if (body[NEXT_LINK] === undefined || !Array.isArray(body['value'])) return body;
    const { [NEXT_LINK]: link, ...rest } = body;
    return { ...rest, value: await this.#follow(body['value'], link, document, headers, options, 0) };
  }

  /** GET of one document at an absolute address. */
  async read(url: string, headers: Headers, options: ReadOptions): Promise<Document> {
    return this.documentOf(url, await this.ask(url, headers, options));
  }

  /** Asks for a document, whose answer is not looked into yet. @param asBytes its body is wanted as it is */
  ask(url: string, headers: Headers, options: ReadOptions, asBytes = false): Promise<Answer> {
    const { signal, maxBytes } = options;
    return sendRead(this.#connection, { url, headers, signal, maxBytes, asBytes });
  }

  /** The document of an answer. */
  documentOf(url: string, answer: Answer): Document {
    const facts = this.#connection.factsOf({ method: 'GET', url });
    return { url, answer, facts, body: rowOf(answer, facts) };
  }

  /** The rows of a collection document, their expanded collections complete. */
  async rowsOf(document: Document, headers: Headers, options: CallOptions): Promise<readonly Row[]> {
    const rows = rowsOf(document.body, document.answer, document.facts);
    if (!hasInnerLinks(document)) return rows;
    return Promise.all(rows.map((row) => this.#complete(row, document, headers, options, 0)));
  }

  /** A row whose expanded collections have all their rows. The row itself when there is nothing to add. */
  async #complete(
    row: Row,
    from: Document,
    headers: Headers,
    options: CallOptions,
    depth: number,
  ): Promise<Row> {
    if (depth > DEEPEST_EXPAND) throw badAnswer(from.answer, from.facts, 'is nested too deeply');
    const changes: Record<string, unknown> = {};
    const followed: string[] = [];
    for (const [name, value] of Object.entries(row)) {
      if (name.endsWith(NEXT_LINK) && name !== NEXT_LINK) {
        const property = name.slice(0, -NEXT_LINK.length);
        changes[property] = await this.#follow(row[property], value, from, headers, options, depth);
        followed.push(name);
      } else if (!Object.hasOwn(row, name + NEXT_LINK) && hasNextLink(value, depth)) {
        changes[name] = await this.#completeValue(value, from, headers, options, depth);
      }
    }
    if (Object.keys(changes).length === 0) return row;
    const entries = Object.entries({ ...row, ...changes }).filter(([name]) => !followed.includes(name));
    return Object.fromEntries(entries);
  }

  async #completeValue(
    value: unknown,
    from: Document,
    headers: Headers,
    options: CallOptions,
    depth: number,
  ): Promise<unknown> {
    if (isRow(value)) return this.#complete(value, from, headers, options, depth + 1);
    if (!Array.isArray(value)) return value;
    return Promise.all(
      value.map((item: unknown) =>
        isRow(item) ? this.#complete(item, from, headers, options, depth + 1) : item,
      ),
    );
  }

  /** The rows of an expanded collection: those that came along, then those behind its next link. */
  async #follow(
    present: unknown,
    link: unknown,
    from: Document,
    headers: Headers,
    options: CallOptions,
    depth: number,
  ): Promise<readonly Row[]> {
    if (present !== undefined && !Array.isArray(present)) {
      throw badAnswer(from.answer, from.facts, 'has a next link for a value that is no collection');
    }
    const visited = new Set<string>([from.url]);
    const first = await this.#completeValue(present ?? [], from, headers, options, depth);
    const rows: Row[] = Array.isArray(first) ? first.filter(isRow) : [];
    let url = this.nextOf(from, link, visited);
    // A link without a skip token may begin at the start again; then what came along comes once more.
    const restarts = url !== undefined && !/[?&](\$|%24)?skip(token)?=/i.test(url);
    const known = new Set(restarts ? rows.map((row) => JSON.stringify(row)) : []);
    while (url !== undefined) {
      const document: Document = await this.read(url, headers, options);
      const more = await this.rowsOf(document, headers, options);
      rows.push(...more.filter((row) => !known.has(JSON.stringify(row))));
      visited.add(url);
      url = this.nextOf(document, document.body[NEXT_LINK], visited);
    }
    return rows;
  }

  /** The address that a next link leads to; one that was visited is an error. */
  nextOf(from: Document, link: unknown, visited: ReadonlySet<string>): string | undefined {
    if (link === undefined || link === null) return undefined;
    if (typeof link !== 'string' || link === '')
      throw badAnswer(from.answer, from.facts, 'has a broken next link');
    const url = resolveLink(this.#connection.root, from.url, link);
    if (visited.has(url)) {
      throw new DataverseError('badAnswer', 'A next link leads back to an earlier page', {
        ...from.facts,
        location: describePath(url),
      });
    }
    return url;
  }
}

/**
 * False when no expanded collection of a document can have a next link: most documents, whose rows need not be gone
 * through then. Asked of the text, which takes a fraction of the time; a text that hides letters of the link's name
 * behind escapes could hide the link too. Quotes and signs are often escaped, these letters never are.
 */
function hasInnerLinks({ body, answer: { text } }: Document): boolean {
  // The plain search is many times quicker, and mostly enough.
  if (text.includes(String.raw`\u00`) && ESCAPED_LETTER.test(text)) return true;
  const own = Object.hasOwn(body, NEXT_LINK) ? 1 : 0;
  return text.split(NEXT_LINK_END, own + 2).length > own + 1;
}

/** One of `@odata.nextLink`, as JSON may write it. */
const ESCAPED_LETTER = /\\u00(?:40|2[eE]|4[cC]|6[1459bBeEfF]|7[48])/;

/** True when a value has a next link anywhere inside. */
function hasNextLink(value: unknown, depth: number): boolean {
  if (depth > DEEPEST_EXPAND + 1) return true;
  if (Array.isArray(value)) return value.some((item) => hasNextLink(item, depth + 1));
  if (!isRow(value)) return false;
  return Object.entries(value).some(
    ([name, inner]) => name.endsWith(NEXT_LINK) || hasNextLink(inner, depth + 1),
  );
}
