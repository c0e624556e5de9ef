import { toHexCode } from '../../dataverse/errors';
import type { Row } from '../../dataverse/webApi';
import { allowedActions } from '../../jobs/jobActions';
import { webhookOf } from '../../jobs/grouping';
import type { Cell, GridColumn, GridRow } from '../../protocol/jobs';
import { jobColumnLabel } from '../texts/jobTexts';

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
const DATE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/;

/**
 * The columns of a result: all that occur in its rows, those of jobs in their order, the others as they came. Ids of
 * jobs are not a column: they open the details.
 */
export function gridColumns(rows: readonly Row[]): readonly GridColumn[] {
  const seen = new Set<string>();
  for (const row of rows) for (const key in row) if (!seen.has(key)) seen.add(key);
  const found = new Set([...seen].filter((key) => !key.includes('@')));
  const isJob = found.has('asyncoperationid');
  if (isJob && rows.some((row) => webhookOf(row) !== '')) {
    for (const key of WEBHOOK_KEYS) found.delete(key);
    found.add('webhook');
  }
  const ordered = isJob ? JOB_COLUMNS.filter((key) => found.has(key)) : [];
  const rest = [...found].filter((key) => !ordered.includes(key) && !(isJob && key === 'asyncoperationid'));
  return [...ordered, ...rest].map((key) => ({
    key,
    label: isJob ? jobColumnLabel(key) : key,
    numeric: key !== 'errorcode' && rows.some((row) => isNumber(row, key)),
  }));
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
  const rank = (key: string): number => {
    const at = JOB_COLUMNS.indexOf(key);
    return at < 0 ? JOB_COLUMNS.length : at;
  };
  return [...known, ...added]
    .map((column) => ({ ...column, numeric: column.numeric || numeric.has(column.key) }))
    .sort((a, b) => rank(a.key) - rank(b.key));
}

/** A number that is read as one: the annotation of a choice is its label, that of a number only writes it out. */
function isNumber(row: Row, key: string): boolean {
  if (typeof row[key] !== 'number') return false;
  const label = row[key + FORMATTED];
  return typeof label !== 'string' || /^[-+\d\s.,'%]+$/u.test(label);
}

/** Rows as text. Dates are shown in the reader's zone, with the time in UTC as the title. */
export function gridRows(
  rows: readonly Row[],
  columns: readonly GridColumn[],
  format: (date: Date) => string = (date) => date.toLocaleString(),
  groupOf: (row: Row, at: number) => string | undefined = () => undefined,
): GridRow[] {
  return rows.map((row, at) => {
    const group = groupOf(row, at);
    const id = row['asyncoperationid'];
    const cells = columns.map((column) => cellOf(row, column.key, format));
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

function cellOf(row: Row, key: string, format: (date: Date) => string): Cell {
  if (key === 'webhook' && typeof row['asyncoperationid'] === 'string') return { text: webhookOf(row) };
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

/** What a file says of a value: as the grid, but times in UTC and without what only a reader on screen needs. */
export function exportedText(row: Row, key: string): string {
  if (key === 'webhook' && typeof row['asyncoperationid'] === 'string') return webhookOf(row);
  const value = Object.hasOwn(row, key) ? row[key] : undefined;
  if (value === null || value === undefined) return '';
  if (key === 'errorcode' && typeof value === 'number') return toHexCode(value);
  if (typeof value === 'string' && DATE.test(value)) return value;
  const label = row[key + FORMATTED];
  return typeof label === 'string' ? label : plain(value);
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
