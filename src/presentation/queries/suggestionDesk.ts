import * as l10n from '@vscode/l10n';
import type { Disposable } from '../../base/disposable';
import { isCancellation } from '../../base/errors';
import type { Metadata } from '../../dataverse/metadata';
import type { QuerySuggestions } from '../../protocol/queries';
import { completionsAt, type Completion, type Completions } from '../../queries/complete';
import { completionsInWebApi } from '../../queries/completeWebApi';
import type { Range } from '../../queries/problem';
import { withSchema, type Schema, type SchemaSource } from '../../queries/schema';
import type { WrittenQuery } from '../../queries/written';

/** Where names come from: those of tables and columns, and the choices of columns. */
export type NameSource = SchemaSource & Pick<Metadata, 'choices'>;

/** What can be written at a place. */
export interface Suggested {
  readonly items: readonly Completion[];
  /** Why names of the environment are missing, where they could not be read. */
  readonly failure?: { readonly part: 'tables' | 'choices'; readonly error: unknown };
}

const NOTHING: Schema = { tables: [], table: () => undefined, tableOfSet: () => undefined };

/**
 * What the language has at a place, and what the environment has: without an environment, or when it cannot be asked, the
 * language alone.
 * @throws CancelledError when the signal has ended it.
 */
export async function suggestedAt(
  query: WrittenQuery,
  offset: number,
  source: NameSource | undefined,
  signal: AbortSignal,
): Promise<Suggested> {
  const work = (schema: Schema): Completions =>
    query.language === 'fetchXml'
      ? completionsAt(query.text, offset, schema)
      : completionsInWebApi(query.text, offset, schema);
  if (source === undefined) return { items: work(NOTHING).items };
  let found: Completions;
  try {
    found = await withSchema(source, signal, work);
  } catch (error) {
    if (signal.aborted) throw error;
    return { items: work(NOTHING).items, failure: { part: 'tables', error } };
  }
  const { items, choicesOf } = found;
  if (choicesOf === undefined) return { items };
  const { table, column, range } = choicesOf;
  try {
    const choices = await source.choices(table, column, signal);
    return {
      items: [...items, ...choices.map(({ value, label }, rank) => choice(value, label, range, rank))],
    };
  } catch (error) {
    if (signal.aborted) throw error;
    return { items, failure: { part: 'choices', error } };
  }
}

/** The value of a choice column, told with its label. */
function choice(value: number, label: string, range: Range, rank: number): Completion {
  return { kind: 'value', label: String(value), detail: label, range, insert: String(value), rank };
}

/** Answers what can be written at the caret of one page; a new question ends the one before. */
export class SuggestionDesk implements Disposable {
  readonly #source: NameSource;
  readonly #tell: (suggestions: QuerySuggestions) => void;
  readonly #onFailure: (failure: NonNullable<Suggested['failure']>) => void;
  #asking: AbortController | undefined;

  constructor(
    source: NameSource,
    tell: (suggestions: QuerySuggestions) => void,
    onFailure: (failure: NonNullable<Suggested['failure']>) => void,
  ) {
    this.#source = source;
    this.#tell = tell;
    this.#onFailure = onFailure;
  }

  /** Tells what can be written at an offset. Never rejects; a question that another one has ended gets no answer. */
  async suggest(query: WrittenQuery, offset: number, serial: number): Promise<void> {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    const found = await suggestedAt(query, offset, this.#source, asking.signal).catch(
      (error: unknown): Suggested => ({ items: [], failure: { part: 'tables', error } }),
    );
    if (asking.signal.aborted) return;
    const { items, failure } = found;
    // All that can be written at one place take the place of the same.
    const { start, end } = items[0]?.range ?? { start: offset, end: offset };
    const missing = failure === undefined ? {} : { missing: missingText(failure) };
    this.#tell({ serial, start, end, items: items.map(shown), ...missing });
    if (failure !== undefined && !isCancellation(failure.error)) this.#onFailure(failure);
  }

  dispose(): void {
    this.#asking?.abort();
  }
}

function shown({ range: _, ...item }: Completion): QuerySuggestions['items'][number] {
  return item;
}

function missingText({ part }: NonNullable<Suggested['failure']>): string {
  return part === 'tables'
    ? l10n.t('The tables of the environment could not be read, so that their names are missing.')
    : l10n.t('The choices of the column could not be read.');
}
