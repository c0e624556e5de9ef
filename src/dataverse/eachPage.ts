import type { Answer } from './connection';
import { DataverseError } from './errors';
import type { Headers } from './headers';
import { outlineOf, partsOf, type PageOutline } from './pageBytes';
import type { Document, Reader } from './reader';
import type { Page, ReadOptions, Row } from './webApi';

/** How a reading goes from page to page. */
export interface Course {
  /** Absolute address of the first page. */
  readonly first: string;
  readonly headers: Headers;
  /**
   * The address of the page behind one, which need not have its rows yet; undefined behind the last.
   * @throws DataverseError where a page leads nowhere
   */
  next(page: Document, isEmpty: boolean): string | undefined;
  /** How many rows there are, where a page says so. */
  total(body: Row): Pick<Page, 'total' | 'totalIsLimit'>;
}

/** A page that was asked for. */
interface Asked {
  readonly url: string;
  readonly answer: Promise<Answer>;
}

/** A page that has come. */
interface Come {
  readonly answer: Answer;
  readonly document: Document;
  /** Where its rows are, when the document is without them. */
  readonly outline: PageOutline | undefined;
}

interface PartOfPage {
  readonly rows: readonly Row[];
  readonly isLast: boolean;
}

/**
 * Page after page. Who asks for the pages ahead has the next one on its way while one is parsed and worked on; what went
 * wrong with it is told when it is asked for.
 */
export async function* eachPage(
  reader: Reader,
  course: Course,
  options: ReadOptions,
): AsyncGenerator<Page, void, undefined> {
  const isAhead = options.ahead === true;
  const asBytes = isAhead || options.parts === true;
  const left = new AbortController();
  const call = isAhead ? { ...options, signal: either(options.signal, left.signal) } : options;
  const ask = (url: string): Asked => {
    const answer = reader.ask(url, course.headers, call, asBytes);
    // It may fail before anybody waits for it.
    answer.catch(() => undefined);
    return { url, answer };
  };
  let asked = ask(course.first);
  let isComplete = false;
  try {
    for (;;) {
      const come = pageOf(reader, asked.url, await asked.answer);
      const { body } = come.document;
      const { next, failure } = nextOf(course, come);
      isComplete = next === undefined;
      const ahead = isAhead && next !== undefined ? ask(next) : undefined;
      // Parsing takes no pause in which the request could leave.
      if (ahead !== undefined) await new Promise((resolve) => setImmediate(resolve));
      const total = course.total(body);
      for await (const { rows, isLast } of rowsOf(reader, come, course.headers, options))
        yield isLast
          ? { rows, ...total, more: next !== undefined || failure !== undefined }
          : { rows, ...total, more: true, partial: true };
      if (failure !== undefined) throw failure;
      if (next === undefined) return;
      asked = ahead ?? ask(next);
    }
  } finally {
    // With nothing on its way there is nothing to end: an abort makes an error with its stack, a millisecond's work.
    if (!isComplete) left.abort();
  }
}

function either(signal: AbortSignal | undefined, other: AbortSignal): AbortSignal {
  return signal === undefined ? other : AbortSignal.any([signal, other]);
}

function isEmpty({ value }: Row): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** What comes behind a page. That it leads nowhere is told when its rows were given: they are as good as any. */
function nextOf(
  course: Course,
  { document, outline }: Come,
): { next?: string | undefined; failure?: DataverseError } {
  try {
    return { next: course.next(document, outline === undefined && isEmpty(document.body)) };
  } catch (error) {
    if (!(error instanceof DataverseError)) throw error;
    return { failure: error };
  }
}

/** The page of an answer: without its rows where they need not be parsed to tell it. */
function pageOf(reader: Reader, url: string, answer: Answer): Come {
  const outline = answer.body === undefined ? undefined : outlineOf(answer.body.bytes);
  if (outline !== undefined) {
    try {
      const document = reader.documentOf(url, withText(answer, outline.text));
      if (isEmpty(document.body)) return { answer, document, outline };
    } catch {
      // Whatever is wrong with it is told of the whole.
    }
  }
  return { answer, document: reader.documentOf(url, answer), outline: undefined };
}

/** The rows of a page in parts, or all at once. Behind them the memory of the page goes to the next. */
async function* rowsOf(
  reader: Reader,
  come: Come,
  headers: Headers,
  options: ReadOptions,
): AsyncGenerator<PartOfPage> {
  try {
    const given = options.parts === true ? yield* partsOfPage(reader, come, headers, options) : 0;
    if (given === undefined) return;
    const { answer, document, outline } = come;
    const whole = outline === undefined ? document : reader.documentOf(document.url, answer);
    const rows = await reader.rowsOf(whole, headers, options);
    yield { rows: given === 0 ? rows : rows.slice(given), isLast: true };
  } finally {
    come.answer.body?.free();
  }
}

/** @returns how many rows were given before some that cannot be told from the rest of the page; undefined for all. */
async function* partsOfPage(
  reader: Reader,
  { answer, document, outline }: Come,
  headers: Headers,
  options: ReadOptions,
): AsyncGenerator<PartOfPage, number | undefined> {
  if (outline === undefined || answer.body === undefined) return 0;
  const { facts, url } = document;
  let given = 0;
  try {
    for (const { text, values, isLast } of partsOf(answer.body.bytes, outline)) {
      const part = { url, facts, body: { value: values }, answer: withText(answer, text) };
      const rows = await reader.rowsOf(part, headers, options);
      given += rows.length;
      yield { rows, isLast };
    }
    return undefined;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return given;
  }
}

function withText(answer: Answer, text: string): Answer {
  return { status: answer.status, header: (name) => answer.header(name), text };
}
