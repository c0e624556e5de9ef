import { toHexCode } from '../../dataverse/errors';
import type { Row } from '../../dataverse/webApi';
import { allowedActions } from '../../jobs/jobActions';
import { webhookOf } from '../../jobs/grouping';
import { RowShapes } from '../../jobs/rowShapes';
import type { Cell, GridColumn, GridRow, ToldNames } from '../../protocol/jobs';
import { jobColumnLabel } from '../texts/jobTexts';
import { momentText } from '../texts/readerLocale';

/** The order of a job's columns on screen: when, what, why, then the rest. */
const JOB_COLUMNS = [
  'completedon',
  'errorcode',
  'friendlymessage',
  'webhook',
  '_owningextensionid_value',
  'messagename',
  'primaryentitytype',
  '_regardingobjectid_value',
  'retrycount',
  'depth',
  '_ownerid_value',
  'correlationid',
  'createdon',
  'startedon',
  'statuscode',
  'name',
];

/** Where a query brings the name of the webhook from; the grid has one column for all of them. */
const WEBHOOK_KEYS: ReadonlySet<string> = new Set(['owningextensionid', 'webhook.name', 'step.eventhandler']);

const FORMATTED = '@OData.Community.Display.V1.FormattedValue';
export const DATE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/;

/**
 * The columns of a result: all that occur in its rows, those of jobs in their order, the others as they came. Ids of
 * jobs are not a column: they open the details.
 */
export function gridColumns(rows: readonly Row[]): readonly GridColumn[] {
  const found = namesIn(rows);
  const isJob = found.has('asyncoperationid');
  const mayTell = [...WEBHOOK_KEYS].some((key) => found.has(key));
  if (isJob && mayTell && rows.some((row) => webhookOf(row) !== '')) {
    for (const key of WEBHOOK_KEYS) found.delete(key);
    found.add('webhook');
  }
  const ordered = isJob ? JOB_COLUMNS.filter((key) => found.has(key)) : [];
  const rest = [...found].filter((key) => !ordered.includes(key) && !(isJob && key === 'asyncoperationid'));
  return [...ordered, ...rest].map((key) => ({
    key,
    label: isJob ? jobColumnLabel(key) : key,
    numeric: key !== 'errorcode' && isNumeric(rows, key),
  }));
}

/** True for columns that have not told the name of a webhook yet; a later row may. */
export function mayTellWebhook(columns: readonly GridColumn[]): boolean {
  return columns.some(({ key }) => WEBHOOK_KEYS.has(key));
}

const GUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/**
 * The column by which rows are known again: the id of a job, else the first id that refers to no other row. Undefined
 * where there is none, as in an aggregate.
 */
export function idColumn(row: Row | undefined): string | undefined {
  if (row === undefined) return undefined;
  if (typeof row['asyncoperationid'] === 'string') return 'asyncoperationid';
  return Object.keys(row).find((key) => {
    const value = row[key];
    return /^[a-z]\w*id$/.test(key) && typeof value === 'string' && GUID.test(value);
  });
}

/** The names of all columns of rows, in the order they come; annotations are no columns. */
function namesIn(rows: readonly Row[]): Set<string> {
  const shapes = new RowShapes();
  const found = new Set<string>();
  let before: readonly string[] | undefined;
  for (const row of rows) {
    const names = shapes.of(row);
    if (names === before) continue;
    before = names;
    for (const name of names) if (!name.includes('@')) found.add(name);
  }
  return found;
}

/**
 * The columns of a result after a further page: the same object when it brought none. A column of jobs takes its place
 * among those of jobs, another one comes last.
 */
export function widenedColumns(
  known: readonly GridColumn[],
  found: readonly GridColumn[],
): readonly GridColumn[] {
  const keys = new Set(known.map(({ key }) => key));
  const added = found.filter(({ key }) => !keys.has(key));
  const numeric = new Set(found.flatMap((column) => (column.numeric ? column.key : [])));
  if (added.length === 0 && known.every((column) => column.numeric || !numeric.has(column.key))) return known;
  const rank = ({ key, label, name }: GridColumn): number => {
    // Other tables have columns of the same names, in the order of their query.
    const isOfJobs = name === undefined && label === jobColumnLabel(key);
    const at = isOfJobs ? JOB_COLUMNS.indexOf(key) : -1;
    return at < 0 ? JOB_COLUMNS.length : at;
  };
  return [...known, ...added]
    .map((column) => ({ ...column, numeric: column.numeric || numeric.has(column.key) }))
    .sort((a, b) => rank(a) - rank(b));
}

/**
 * True for numbers that are read as such: the annotation of a choice is its label, that of a number only writes it out. The
 * first row with a value tells: a column has one type.
 */
function isNumeric(rows: readonly Row[], key: string): boolean {
  for (const row of rows) {
    const value = row[key];
    if (value === null || value === undefined) continue;
    if (typeof value !== 'number') return false;
    const label = row[key + FORMATTED];
    return typeof label !== 'string' || /^[-+\d\s.,'%]+$/u.test(label);
  }
  return false;
}

/** Rows as text. Dates are shown in the reader's zone, with the time in UTC as the title. */
export function gridRows(
  rows: readonly Row[],
  columns: readonly GridColumn[],
  format: (date: Date) => string = (date) => momentText(date),
  groupOf: (row: Row, at: number) => string | undefined = () => undefined,
  told: ReadonlyMap<string, ToldNames> = new Map(),
): GridRow[] {
  return rows.map((row, at) => {
    const group = groupOf(row, at);
    const id = row['asyncoperationid'];
    const cells = columns.map((column) => cellOf(row, column.key, format, told));
    return {
      ...(typeof id === 'string' ? { id, ...canOf(row) } : {}),
      cells,
      ...(group === undefined ? {} : { group }),
    };
  });
}

function canOf(row: Row): Pick<GridRow, 'can'> {
  const can = typeof row['statuscode'] === 'number' ? allowedActions(row['statuscode']) : [];
  return can.length === 0 ? {} : { can: [...can] };
}

function cellOf(
  row: Row,
  key: string,
  format: (date: Date) => string,
  told: ReadonlyMap<string, ToldNames>,
): Cell {
  if (key === 'webhook' && typeof row['asyncoperationid'] === 'string')
    return { text: told.get(String(row['_owningextensionid_value']))?.webhook ?? webhookOf(row) };
  // A column may be named like something every object has.
  const value = Object.hasOwn(row, key) ? row[key] : undefined;
  if (value === null || value === undefined) return { text: '' };
  if (key === 'errorcode' && typeof value === 'number')
    return { text: toHexCode(value), title: String(value) };
  if (typeof value === 'string' && DATE.test(value) && !Number.isNaN(Date.parse(value)))
    return { text: format(new Date(value)), title: value };
  const label = row[key + FORMATTED];
  if (typeof label === 'string') return { text: label, title: plain(value) };
  return { text: plain(value) };
}

/** A value without a label, as text. */
export function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
