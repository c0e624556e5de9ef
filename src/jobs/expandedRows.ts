import { isRow } from '../dataverse/json';
import type { Row } from '../dataverse/webApi';
import { readWebApiText } from '../queries/webApiText';
import type { WrittenQuery } from '../queries/written';

/** What the report's own query expands; it has a column of its own. */
const OF_JOBS: ReadonlySet<string> = new Set(['owningextensionid']);
/** Expanded rows below expanded rows. Deeper ones stay as they came. */
const DEEPEST = 5;

const NONE: ReadonlySet<string> = new Set();

/** The properties that a query expands. Some rows in a row may have none of them, which tells nothing of the others. */
export function expandedBy(query: WrittenQuery | undefined): ReadonlySet<string> {
  if (query?.language !== 'webApi') return NONE;
  return new Set(readWebApiText(query.text).options.expand.map(({ name }) => name));
}

/**
 * Rows with the columns of expanded rows among their own, as `owner.fullname`, which is how FetchXML names those of links.
 * Many expanded rows become one text. Rows without any come back as they are.
 * @param expanded what their query expands, see `expandedBy`: it is no column of its own where no row is there
 */
export function expandedRows(rows: readonly Row[], expanded = NONE): readonly Row[] {
  const [first] = rows;
  if (first === undefined) return rows;
  const isJob = Object.hasOwn(first, 'asyncoperationid');
  const found = isJob ? nestedOfJobs(first, rows) : nestedOf(rows);
  const nested = new Set(found);
  for (const name of expanded) if (!isJob || !OF_JOBS.has(name)) nested.add(name);
  return nested.size === 0 ? rows : rows.map((row) => flat(row, nested));
}

function nestedOf(rows: readonly Row[]): ReadonlySet<string> {
  const nested = new Set<string>();
  for (const row of rows)
    for (const [name, value] of Object.entries(row)) if (isNested(name, value)) nested.add(name);
  return nested;
}

/** Jobs come by the hundred thousand: all of one answer have the same names, and only what the first has not is looked for. */
function nestedOfJobs(first: Row, rows: readonly Row[]): ReadonlySet<string> {
  const names = Object.keys(first).filter((name) => !OF_JOBS.has(name));
  const valueOf = (name: string): unknown =>
    first[name] ?? rows.find((row) => row[name] !== null && row[name] !== undefined)?.[name];
  return new Set(names.filter((name) => isNested(name, valueOf(name))));
}

function isNested(name: string, value: unknown): boolean {
  return typeof value === 'object' && value !== null && !name.includes('@');
}

function flat(row: Row, nested: ReadonlySet<string>): Row {
  const into: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(row)) {
    if (!nested.has(name)) set(into, name, value);
    else if (value !== null) put(into, name, value, 1);
  }
  return into;
}

function put(into: Record<string, unknown>, name: string, value: unknown, depth: number): void {
  if (Array.isArray(value)) set(into, name, value.map((one: unknown) => listed(one)).join('; '));
  else if (!isRow(value) || depth > DEEPEST) set(into, name, value);
  // The complex value of a managed property (FACTS 13.4).
  else if (Object.hasOwn(value, 'CanBeChanged')) set(into, name, value['Value']);
  else
    for (const [inner, own] of Object.entries(value)) {
      if (inner.startsWith('@odata.')) continue;
      if (isNested(inner, own)) put(into, `${name}.${inner}`, own, depth + 1);
      else set(into, `${name}.${inner}`, own);
    }
}

/** A name of a stranger may be `__proto__`. */
function set(into: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(into, name, { value, enumerable: true, configurable: true, writable: true });
}

const FORMATTED = '@OData.Community.Display.V1.FormattedValue';

/** One of many expanded rows: what it says, without its ids where it says anything else. */
function listed(one: unknown): string {
  if (!isRow(one)) return typeof one === 'string' ? one : JSON.stringify(one);
  const told = Object.entries(one).filter(([name, value]) => !name.includes('@') && value !== null);
  const words = told.filter(
    ([, value]) => typeof value !== 'string' || !/^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(value),
  );
  return (words.length > 0 ? words : told)
    .map(([name, value]) => {
      const label = one[name + FORMATTED];
      if (typeof label === 'string') return label;
      return typeof value === 'string' ? value : JSON.stringify(value);
    })
    .join(', ');
}
