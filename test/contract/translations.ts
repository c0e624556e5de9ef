import assert from 'node:assert/strict';
import { createMetadata } from '../../src/dataverse/metadata';
import type { Row } from '../../src/dataverse/webApi';
import { JobService } from '../../src/jobs/jobService';
import { readFetchText } from '../../src/queries/fetchText';
import { withSchema, type SchemaSource } from '../../src/queries/schema';
import { toFetchXml } from '../../src/queries/toFetchXml';
import { toWebApi } from '../../src/queries/toWebApi';
import type { Translation } from '../../src/queries/translation';
import { readWebApiText } from '../../src/queries/webApiText';
import { EagerClock } from '../fakes/clocks';
import { usePair } from './pair';
import { fillProjects } from './projects';

/** A sandbox that is asked in both languages. */
export function useTranslations() {
  const pair = usePair({
    sandbox: { seeds: { samples: true, webhooks: 3, steps: 4, jobs: 200 } },
    // The check of requests knows no navigation property as a value or on an item of a collection, nor the pairs of users
    // and teams, which published metadata leaves out.
    wrong:
      /owningextensionid eq null|filterid eq null|\/SdkMessageProcessingStep_AsyncOperations|systemusers\?.*teammembership_association/,
  });
  const none = new AbortController().signal;
  let source: SchemaSource | undefined;
  const schema = (): SchemaSource => source ?? assert.fail('The suite has not begun');

  before(() => {
    source = createMetadata(pair.api, new EagerClock());
  });

  async function run(language: 'fetchXml' | 'webApi', text: string): Promise<readonly Row[]> {
    const set = async (table: string) =>
      (await schema().tables()).find((one) => one.logicalName === table)?.entitySetName;
    const rows: Row[] = [];
    for await (const page of new JobService(pair.api, set).run({ language, text }, none))
      rows.push(...page.rows);
    return rows;
  }
  const forward = (text: string): Promise<Translation> =>
    withSchema(schema(), none, (known) => toWebApi(readFetchText(text), known));
  const backward = (text: string): Promise<Translation> =>
    withSchema(schema(), none, (known) => toFetchXml(readWebApiText(text), known));

  /** Values of a row by column, linked ones by the last name only, in one order. Null and absent are the same. */
  function flat(row: Row): readonly string[] {
    return Object.entries(row)
      .flatMap(([name, value]): readonly string[] => {
        if (name.includes('@') || value === null) return [];
        if (typeof value === 'object' && !('Value' in value)) return flat({ ...value });
        return [`${name.split('.').at(-1) ?? ''}=${JSON.stringify(value)}`];
      })
      .sort();
  }

  /** The columns that both rows have: keys of linked tables come along in one of the languages only. */
  function same(one: readonly Row[], other: readonly Row[], hint: string): void {
    assert.equal(one.length, other.length, hint);
    one.forEach((row, at) => {
      const [a, b] = [flat(row), flat(other[at] ?? {})];
      const [few, many] = a.length <= b.length ? [a, b] : [b, a];
      assert.deepEqual(
        few.filter((text) => !many.includes(text) && !/^_?\w+(?:id|id_value)=/.test(text)),
        [],
        hint,
      );
    });
  }

  async function exact(translation: Promise<Translation>): Promise<string> {
    const found = await translation;
    if (found.kind === 'exact') return found.text;
    assert.fail(JSON.stringify(found.reasons));
  }

  return { pair, schema, none, run, forward, backward, same, exact };
}

/** The same, with a table that has a column of every type, linked in every way. */
export function useProjectTranslations(): ReturnType<typeof useTranslations> {
  const translations = useTranslations();
  before(async function () {
    this.timeout(60_000);
    await fillProjects(translations.pair);
  });
  return translations;
}
