import type { Created, Page, Row, WebApi } from '../../src/dataverse/webApi';

/** One call, with what matters of it. */
export interface Call {
  readonly method: keyof WebApi;
  readonly path: string;
  readonly body?: unknown;
  readonly options?: unknown;
}

type Pages = (path: string, signal: AbortSignal | undefined) => AsyncIterable<Page> | readonly Row[];

/** What a fake Web API answers; a method without an answer fails the test that calls it. */
export interface Answers {
  readonly get?: (path: string, signal: AbortSignal | undefined) => Row | Promise<Row>;
  readonly pages?: Pages;
  readonly fetchPages?: (
    entitySet: string,
    fetchXml: string,
    signal: AbortSignal | undefined,
  ) => AsyncIterable<Page> | readonly Row[];
  readonly create?: (entitySet: string, body: Row) => Created;
  readonly update?: (path: string, body: Row) => Row | undefined;
  readonly remove?: (path: string) => void;
}

/** A Web API without HTTP: answers what a test tells it and remembers what it was asked. */
export class FakeWebApi implements WebApi {
  readonly calls: Call[] = [];
  readonly #answers: Answers;

  constructor(answers: Answers = {}) {
    this.#answers = answers;
  }

  get paths(): readonly string[] {
    return this.calls.map((call) => call.path);
  }

  get: WebApi['get'] = async (path, options) => {
    this.calls.push({ method: 'get', path, options });
    return wanted(this.#answers.get, 'get')(path, options?.signal);
  };

  pages: WebApi['pages'] = (path, options) => {
    this.calls.push({ method: 'pages', path, options });
    return iterable(() => wanted(this.#answers.pages, 'pages')(path, options?.signal));
  };

  fetchPages: WebApi['fetchPages'] = (entitySet, fetchXml, options) => {
    this.calls.push({ method: 'fetchPages', path: entitySet, body: fetchXml, options });
    return iterable(() =>
      wanted(this.#answers.fetchPages, 'fetchPages')(entitySet, fetchXml, options?.signal),
    );
  };

  create: WebApi['create'] = (entitySet, body, options) => {
    this.calls.push({ method: 'create', path: entitySet, body, options });
    return Promise.resolve(wanted(this.#answers.create, 'create')(entitySet, body));
  };

  update: WebApi['update'] = (path, body, options) => {
    this.calls.push({ method: 'update', path, body, options });
    return Promise.resolve(wanted(this.#answers.update, 'update')(path, body));
  };

  remove: WebApi['remove'] = (path, options) => {
    this.calls.push({ method: 'remove', path, options });
    wanted(this.#answers.remove, 'remove')(path);
    return Promise.resolve();
  };

  associate: WebApi['associate'] = () => unexpected('associate');
  disassociate: WebApi['disassociate'] = () => unexpected('disassociate');
  action: WebApi['action'] = () => unexpected('action');
  batch: WebApi['batch'] = () => unexpected('batch');
}

function wanted<T>(answer: T | undefined, method: string): T {
  if (answer === undefined) unexpected(method);
  return answer;
}

function unexpected(method: string): never {
  throw new Error(`the test did not expect ${method}`);
}

async function* iterable(answer: () => AsyncIterable<Page> | readonly Row[]): AsyncIterable<Page> {
  const pages = answer();
  if (Symbol.asyncIterator in pages) yield* pages;
  else yield { rows: pages, more: false };
}
