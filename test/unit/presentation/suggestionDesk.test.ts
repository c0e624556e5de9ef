import assert from 'node:assert/strict';
import { CancelledError } from '../../../src/base/errors';
import {
  suggestedAt,
  SuggestionDesk,
  type NameSource,
  type Suggested,
} from '../../../src/presentation/queries/suggestionDesk';
import type { QuerySuggestions } from '../../../src/protocol/queries';
import { smallSchema } from '../queries/schemaFixture';

const CHOICES = [
  { value: 1, label: 'Active' },
  { value: 2, label: 'Inactive' },
];

function sourceOf(over: Partial<NameSource> = {}): NameSource {
  return { ...smallSchema(), choices: () => Promise.resolve(CHOICES), ...over };
}

function deskOf(source: NameSource): {
  readonly desk: SuggestionDesk;
  readonly told: QuerySuggestions[];
  readonly failures: Array<NonNullable<Suggested['failure']>>;
} {
  const told: QuerySuggestions[] = [];
  const failures: Array<NonNullable<Suggested['failure']>> = [];
  const desk = new SuggestionDesk(
    source,
    (found) => told.push(found),
    (failure) => failures.push(failure),
  );
  return { desk, told, failures };
}

/** A query with its caret where the `|` stands. */
function at(text: string): readonly [{ language: 'fetchXml' | 'webApi'; text: string }, number] {
  const language = text.startsWith('<') ? 'fetchXml' : 'webApi';
  return [{ language, text: text.replace('|', '') }, text.indexOf('|')];
}

const CONDITION =
  '<fetch><entity name="account"><filter><condition attribute="statuscode" operator="eq" value="|"/>';

describe('Suggestions for a page', () => {
  it('are the names of the environment, with the place that they take', async () => {
    const { desk, told } = deskOf(sourceOf());
    const [query, offset] = at('<fetch><entity name="acc|x"/></fetch>');
    await desk.suggest(query, offset, 4);
    const [found] = told;
    assert.deepEqual([found?.serial, found?.start, found?.end, found?.missing], [4, 21, 25, undefined]);
    assert.deepEqual(
      found?.items.map(({ label, detail }) => [label, detail]),
      [
        ['account', 'Account'],
        ['contact', 'Contact'],
      ],
    );
  });

  it('are the choices of a column, in both languages', async () => {
    const { desk, told } = deskOf(sourceOf());
    await desk.suggest(...at(CONDITION), 1);
    await desk.suggest(...at('accounts?$filter=statuscode eq |'), 2);
    const shown = told.map(({ items }) => items.map(({ label, detail }) => `${label} ${detail ?? ''}`));
    assert.deepEqual(shown, [
      ['1 Active', '2 Inactive'],
      ['null ', '1 Active', '2 Inactive'],
    ]);
  });

  it('are those of the language when the environment cannot be asked, and say what is missing', async () => {
    const error = new Error('No connection');
    const { desk, told, failures } = deskOf(sourceOf({ tables: () => Promise.reject(error) }));
    await desk.suggest(...at('<fetch><entity |'), 1);
    assert.ok(told[0]?.items.some(({ label }) => label === 'name'));
    assert.match(told[0]?.missing ?? '', /tables .* could not be read/);
    assert.deepEqual(failures, [{ part: 'tables', error }]);
    const other = deskOf(sourceOf({ choices: () => Promise.reject(error) }));
    await other.desk.suggest(...at(CONDITION), 1);
    assert.match(other.told[0]?.missing ?? '', /choices/);
  });

  it('say so, and log nothing, when a person has declined to sign in', async () => {
    const { desk, told, failures } = deskOf(sourceOf({ tables: () => Promise.reject(new CancelledError()) }));
    await desk.suggest(...at('<fetch><entity |'), 1);
    assert.ok((told[0]?.items.length ?? 0) > 0);
    assert.notEqual(told[0]?.missing, undefined);
    assert.deepEqual(failures, []);
  });

  it('that a later question has overtaken are not told, nor those of a page that is gone', async () => {
    const waiting: Array<() => void> = [];
    const { tables } = smallSchema();
    const { desk, told, failures } = deskOf(
      sourceOf({
        tables: async (signal) => {
          await new Promise<void>((resolve) => waiting.push(resolve));
          if (signal?.aborted === true) throw new CancelledError();
          return tables(signal);
        },
      }),
    );
    const asked = [1, 2, 3].map((serial) => desk.suggest(...at('<fetch><entity name="|'), serial));
    for (const go of waiting.slice(0, 2)) go();
    await Promise.all(asked.slice(0, 2));
    assert.deepEqual(told, []);
    desk.dispose();
    for (const go of waiting) go();
    await Promise.all(asked);
    assert.deepEqual([told, failures], [[], []]);
  });

  it('of a document without an environment are those of the language', async () => {
    const { items, failure } = await suggestedAt(
      ...at('<fetch><entity |'),
      undefined,
      new AbortController().signal,
    );
    assert.ok(items.length > 0);
    assert.equal(failure, undefined);
  });
});
