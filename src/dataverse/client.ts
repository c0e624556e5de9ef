import { addressOf } from './address';
import { runBatch } from './batch';
import { collectionPages } from './collectionPages';
import { fetchPages } from './fetchPages';
import { Connection, type Answer, type ClientOptions } from './connection';
import { removeHeaders, updateHeaders, writeHeaders, type Headers } from './headers';
import { createdId } from './createdId';
import { badAnswer, rowOf } from './json';
import { Reader } from './reader';
import type {
  Batch,
  BatchOutcome,
  CallOptions,
  Created,
  Page,
  ReadOptions,
  Row,
  UpdateOptions,
  WebApi,
  WriteOptions,
} from './webApi';

/**
 * The Web API client of one environment (FACTS 13). Calls share the limit of concurrent requests and the wait that
 * the service's protection limits ask for.
 */
export class DataverseClient implements WebApi {
  readonly #connection: Connection;
  readonly #reader: Reader;
  readonly #random: () => number;

  /** @throws DataverseError `invalid` when the address is neither https nor on this machine. */
  constructor(options: ClientOptions) {
    this.#connection = new Connection(options);
    this.#reader = new Reader(this.#connection);
    this.#random = options.random;
  }

  /** `<origin>/api/data/v9.2/` */
  get root(): string {
    return this.#connection.root.url;
  }

  get(path: string, options: ReadOptions = {}): Promise<Row> {
    return this.#reader.get(path, options);
  }

  pages(path: string, options: ReadOptions = {}): AsyncIterable<Page> {
    return collectionPages(this.#connection, this.#reader, path, options);
  }

  fetchPages(entitySet: string, fetchXml: string, options: ReadOptions = {}): AsyncIterable<Page> {
    return fetchPages(this.#connection, this.#reader, entitySet, fetchXml, options);
  }

  async create(entitySet: string, body: Row, options: WriteOptions = {}): Promise<Created> {
    const headers = writeHeaders({ ...options, hasBody: true });
    const { answer, row } = await this.#write('POST', entitySet, headers, body, options);
    const id = createdId(entitySet, answer, row);
    if (id === undefined) {
      throw badAnswer(answer, { method: 'POST', path: entitySet }, 'does not tell the id of the new row');
    }
    return row === undefined || options.returnRow !== true ? { id } : { id, row };
  }

  async update(path: string, body: Row, options: UpdateOptions = {}): Promise<Row | undefined> {
    const { row } = await this.#write('PATCH', path, updateHeaders(options), body, options);
    return options.returnRow === true ? row : undefined;
  }

  async remove(path: string, options: CallOptions & { readonly etag?: string } = {}): Promise<void> {
    await this.#write('DELETE', path, removeHeaders(options.etag), undefined, options);
  }

  /** @param options.single true for a single-valued navigation property, which is set with PUT. */
  async associate(
    path: string,
    targetPath: string,
    options: CallOptions & { readonly single?: boolean } = {},
  ): Promise<void> {
    const target = addressOf(this.#connection.root, targetPath);
    const method = options.single === true ? 'PUT' : 'POST';
    const headers = writeHeaders({ hasBody: true });
    await this.#write(method, referencePath(path), headers, { '@odata.id': target }, options);
  }

  async disassociate(path: string, options: CallOptions = {}): Promise<void> {
    await this.#write('DELETE', referencePath(path), removeHeaders(undefined), undefined, options);
  }

  async action(path: string, parameters: Row, options: CallOptions = {}): Promise<Row> {
    const { row } = await this.#write('POST', path, writeHeaders({ hasBody: true }), parameters, options);
    return row ?? {};
  }

  batch(batch: Batch, options: CallOptions = {}): Promise<readonly BatchOutcome[]> {
    return runBatch(this.#connection, batch, options, this.#random);
  }

  /** A body that comes with success must be JSON: a proxy's page with status 200 says nothing of the write. */
  async #write(
    method: 'POST' | 'PATCH' | 'PUT' | 'DELETE',
    path: string,
    headers: Headers,
    body: Row | undefined,
    options: CallOptions,
  ): Promise<{ readonly answer: Answer; readonly row: Row | undefined }> {
    const url = addressOf(this.#connection.root, path);
    const answer = await this.#connection.send({
      method,
      url,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: options.signal,
      safe: false,
    });
    const facts = this.#connection.factsOf({ method, url });
    return { answer, row: answer.text === '' ? undefined : rowOf(answer, facts) };
  }
}

/** `$ref` behind a navigation property, unless it is there already. */
function referencePath(path: string): string {
  return /\/\$ref(\?|$)/.test(path) ? path : `${path}/$ref`;
}
