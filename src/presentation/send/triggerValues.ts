import * as l10n from '@vscode/l10n';
import type { Row } from '../../dataverse/webApi';
import type { Remark } from '../../wizard/ui';

/** A column that a trigger can write. `type` as in metadata. */
export interface TriggerColumn {
  readonly name: string;
  readonly label: string;
  readonly type: string;
}

/** Types whose values can be typed or chosen; lookups need a row of another table and are left to the row itself. */
const WRITABLE: ReadonlySet<string> = new Set([
  ...['String', 'Memo', 'Boolean', 'Picklist', 'MultiSelectPicklist', 'State', 'Status'],
  ...['Integer', 'BigInt', 'Decimal', 'Double', 'Money', 'DateTime'],
]);

/** True for a column whose value can be typed. */
export function isTriggerColumn({ type }: Pick<TriggerColumn, 'type'>): boolean {
  return WRITABLE.has(type);
}

const CHOICES: ReadonlySet<string> = new Set([
  'Boolean',
  'Picklist',
  'MultiSelectPicklist',
  'State',
  'Status',
]);

/** True for a column whose values are chosen, by their number. */
export function hasChoices({ type }: Pick<TriggerColumn, 'type'>): boolean {
  return CHOICES.has(type);
}

/**
 * A value of the column's type that differs from the one before, as it is typed. Choices begin with their first one,
 * which is only known when they are asked for: an empty text.
 * @param now milliseconds since 1970 UTC.
 */
export function sampleText({ name, type }: TriggerColumn, now: number): string {
  const iso = new Date(now).toISOString();
  if (hasChoices({ type })) return '';
  switch (type) {
    case 'Integer':
    case 'BigInt':
    case 'Money':
      return String(Math.floor(now / 1000) % 100_000);
    case 'Decimal':
    case 'Double':
      return `${Math.floor(now / 1000) % 1_000}.5`;
    case 'DateTime':
      return `${iso.slice(0, 19)}Z`;
    default:
      if (/^emailaddress\d$/.test(name))
        return `sample.${iso.slice(11, 19).replaceAll(':', '')}@contoso.example`;
      return l10n.t('Sample {time}', { time: iso.slice(11, 19) });
  }
}

/** What is wrong with a typed value; an empty one clears the column. */
export function valueRemark({ type }: TriggerColumn, text: string): Remark | undefined {
  if (text === '' || valueOf({ type }, text) !== undefined) return undefined;
  const error = (message: string): Remark => ({ severity: 'error', text: message });
  switch (type) {
    case 'Integer':
    case 'BigInt':
      return error(l10n.t('Write a whole number, for example 42.'));
    case 'DateTime':
      return error(l10n.t('Write a time such as 2025-03-04T10:15:30Z, or a day such as 2025-03-04.'));
    default:
      return error(l10n.t('Write a number with a point, for example 12.5.'));
  }
}

/** A typed or chosen value as the Web API takes it; undefined where the text is none of the type. */
export function valueOf({ type }: Pick<TriggerColumn, 'type'>, text: string): unknown {
  if (text === '') return null;
  switch (type) {
    case 'Boolean':
      return text === '1' ? true : text === '0' ? false : undefined;
    case 'Picklist':
    case 'State':
    case 'Status':
    case 'Integer':
      return /^-?\d{1,10}$/.test(text) ? Number(text) : undefined;
    case 'BigInt':
      return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
    case 'MultiSelectPicklist':
      return /^-?\d+(,-?\d+)*$/.test(text) ? text : undefined;
    case 'Decimal':
    case 'Double':
    case 'Money':
      return /^-?\d{1,15}(\.\d{1,10})?$/.test(text) ? Number(text) : undefined;
    case 'DateTime':
      return /^\d{4}-\d{2}-\d{2}(T[\d:.]{5,12}(Z|[+-]\d{2}:\d{2}))?$/.test(text) &&
        !Number.isNaN(Date.parse(text))
        ? text
        : undefined;
    default:
      return text;
  }
}

/** The body of a write: each column with its value. */
export function valuesBody(columns: readonly TriggerColumn[], values: Readonly<Record<string, string>>): Row {
  return Object.fromEntries(
    columns.map((column) => [column.name, valueOf(column, values[column.name] ?? '')]),
  );
}
