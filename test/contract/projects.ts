import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Translation } from '../../src/queries/translation';
import type { Pair } from './pair';

/** More of them, outside of the test run: `TRANSLATION_RUNS=5000 npx mocha test/contract/queryTranslationWide.test.ts`. */
export const RUNS = Number(process.env['TRANSLATION_RUNS'] ?? 150);
export const LIMIT = Math.max(120_000, RUNS * 200);

const TEXTS = [
  '',
  ' ',
  'a',
  'A',
  'ab',
  "O'Brien",
  "''",
  '100%',
  '50%25',
  'a_b',
  '[x]',
  '[',
  ']',
  'x[a-c]y',
  '[^a]',
];
const ODD_TEXTS = [
  '<&>"',
  'ü',
  'Ü',
  'ß',
  'İ',
  '東京',
  '😀',
  'a&b=c',
  '#1',
  'x+y',
  'a;b',
  '$filter',
  '@p',
  '\\',
  'null',
];
const WORDS = [
  ...TEXTS,
  ...ODD_TEXTS,
  'a  b',
  'true',
  '1',
  '2024-01-01',
  '(',
  ')',
  ',',
  '/',
  '?',
  '{0}',
  '%%',
  '__',
  'a\tb',
  'a\nb',
];
/** Around midnight and the changes of the clock, in zones on both sides of UTC, and years far away. */
const MOMENTS = [
  ...['2024-03-31T00:59:59Z', '2024-03-31T01:00:00Z', '2024-10-27T00:30:00Z', '2024-10-27T01:30:00Z'],
  ...['2024-03-10T09:59:59Z', '2024-03-10T10:00:00Z', '2024-12-31T23:59:59Z', '2025-01-01T00:00:00Z'],
  ...['2024-02-29T12:00:00Z', '1753-01-01T00:00:00Z', '1969-12-31T23:59:59Z', '2099-06-15T11:22:33Z'],
];
const ZONED = [
  ...['2024-03-31T02:59:59+02:00', '2024-03-31T01:59:59+01:00', '2024-03-10T01:59:59-08:00'],
  ...['2024-03-10T03:00:00-07:00', '2025-01-01T14:00:00+14:00', '2024-12-31T12:00:00-12:00'],
  ...['2024-10-27T02:30:00+02:00', '2024-10-27T02:30:00+01:00', '2024-02-29T12:00Z', '2024-02-29 12:00:00Z'],
  ...['2024-02-29T12:00:00.5Z', '2024-12-31T23:59:59.9999999Z', '2024-02-29T17:45:00+05:45'],
];
const DAYS = [
  '2024-02-29',
  '2024-03-31',
  '2024-10-27',
  '2024-12-31',
  '2025-01-01',
  '1900-01-01',
  '2099-12-31',
];
const GUIDS = ['00000000-0000-0000-0000-000000000001', 'ABCDEFAB-cdef-4abc-8def-ABCDEFABCDEF'];
export const PHASES = [100000000, 100000001, 100000002, 100000003];

/** Fills the table that has a column of every type, some of each empty, with rows that are linked to one another. */
export async function fillProjects(pair: Pair): Promise<void> {
  const accounts: string[] = [];
  const projects: string[] = [];
  const pick = <T>(list: readonly T[], at: number): T => list[at % list.length] ?? assert.fail();
  for (const name of ["A'count", 'B%', '[c]'])
    accounts.push((await pair.api.create('accounts', { name })).id);
  const contacts: string[] = [];
  for (const name of ['a', "O'B", '50%', ''])
    contacts.push((await pair.api.create('contacts', { lastname: `x${name}`, firstname: name })).id);
  for (let at = 0; at < 70; at += 1) {
    const parent = at % 3 === 0 ? undefined : projects[(at * 7) % Math.max(1, projects.length)];
    const row = {
      new_name: pick(WORDS, at),
      ...(at % 4 === 0 ? {} : { new_code: pick(WORDS, at * 5 + 1).slice(0, 20) }),
      ...(at % 5 === 0 ? {} : { new_description: `${pick(WORDS, at * 3)}-${pick(WORDS, at * 11)}` }),
      ...(at % 3 === 0 ? {} : { new_headcount: (at * 37) % 9 }),
      ...(at % 6 === 0 ? {} : { new_externalnumber: pick([-5, 0, 7, 9007199254740991], at) }),
      ...(at % 4 === 1 ? {} : { new_progress: pick([0, 0.5, 33.33, 100], at) }),
      ...(at % 5 === 1
        ? {}
        : { new_risk: pick([0, 0.125, 0.999, 1], at), new_budget: pick([0, 10.5, 999.99], at) }),
      new_isbillable: at % 7 === 0 ? null : at % 2 === 0,
      ...(at % 6 === 1 ? {} : { new_startson: pick(MOMENTS, at) }),
      ...(at % 6 === 2 ? {} : { new_dueon: pick(DAYS, at) }),
      new_phase: at % 8 === 0 ? null : pick(PHASES, at),
      ...(at % 3 === 1
        ? {}
        : { new_regions: PHASES.filter((_, bit) => (at >> bit) % 2 === 1).join(',') || null }),
      ...(at % 4 === 2 ? {} : { new_trackingid: pick(GUIDS, at) }),
      ...(at % 4 === 3 ? {} : { 'new_AccountId@odata.bind': `/accounts(${pick(accounts, at)})` }),
      ...(parent === undefined ? {} : { 'new_ParentProjectId@odata.bind': `/new_projects(${parent})` }),
      ...(at % 3 === 2
        ? { 'new_CustomerId_contact@odata.bind': `/contacts(${pick(contacts, at)})` }
        : at % 3 === 1
          ? { 'new_CustomerId_account@odata.bind': `/accounts(${pick(accounts, at + 1)})` }
          : {}),
    };
    projects.push((await pair.api.create('new_projects', row)).id);
  }
  for (const [at, project] of projects.entries())
    for (const [with_, contact] of contacts.entries())
      if (at % (with_ + 3) === 0)
        await pair.api.associate(`new_projects(${project})/new_project_contact`, `contacts(${contact})`);
}

export const word = fc.constantFrom(...WORDS);
export const pieces = fc.oneof(
  word,
  fc.tuple(word, word).map((two) => two.join('')),
);
export const number = fc.constantFrom(
  '0',
  '1',
  '-1',
  '5',
  '8',
  '0.5',
  '33.33',
  '100',
  ' 7 ',
  '+7',
  '-5',
  '9007199254740991',
  '0.125',
  '10.50',
);
export const moment = fc.constantFrom(...MOMENTS, ...ZONED);
export const day = fc.constantFrom(...DAYS, '2024-03-01');
export const guid = fc.constantFrom(
  ...GUIDS,
  ...GUIDS.map((id) => `{${id}}`),
  '00000000-0000-0000-0000-000000000009',
);
export const several = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.array(values, { minLength: 1, maxLength: 4 });

/** How many rows and translations a property has seen, and how often something was in the way. */
export class Tally {
  readonly #lost = new Map<string, number>();
  rows = 0;
  there = 0;
  back = 0;

  /** The text of a translation; without one, what is in its way is counted. */
  text(found: Translation): string | undefined {
    if (found.kind === 'exact') return found.text;
    for (const { code } of found.reasons) this.#lost.set(code, (this.#lost.get(code) ?? 0) + 1);
    return undefined;
  }

  /** A property that sees next to nothing shows nothing. */
  expectEnough(): void {
    const seen = `${this.rows} rows, ${this.there} there, ${this.back} back; lost ${JSON.stringify([...this.#lost])}`;
    if (RUNS > 1000) console.log(seen);
    assert.ok(this.rows > RUNS && this.there > RUNS / 2 && this.back > RUNS / 2.5, seen);
  }
}
