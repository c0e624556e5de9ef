import { isAddedAtCreate } from '../../delivery/compose/messages';
import type { Cells, ComposeTable } from '../../delivery/compose/model';
import type { Column } from '../../dataverse/metadata';

/** Made-up rows are short enough to be read. */
const MOST_SAMPLES = 12;
const MOST_CHANGED = 2;

/**
 * The columns that a caller would send: of a row all it has values in that a caller can write; of a made-up row its name
 * and one or two of each type; of a change the name, or the first texts.
 */
export function usualColumns(
  message: string,
  table: ComposeTable,
  columns: readonly Column[],
  isReal = false,
  cells?: Cells,
): readonly string[] {
  const readable = new Set(table.columns.map(({ name }) => name));
  const known = columns.filter(({ logicalName }) => readable.has(logicalName) && logicalName !== table.key);
  if (message.startsWith('Create')) {
    const sendable = known.filter(
      ({ logicalName, isValidForCreate }) => isValidForCreate && !isAddedAtCreate(logicalName),
    );
    if (isReal) return sendable.map(({ logicalName }) => logicalName);
    return fewOfEach(sendable, table.primaryName);
  }
  const changeable = known.filter(
    ({ logicalName, isValidForUpdate }) => isValidForUpdate && !isAddedAtCreate(logicalName),
  );
  if (changeable.some(({ logicalName }) => logicalName === table.primaryName)) {
    return table.primaryName === undefined ? [] : [table.primaryName];
  }
  const texts = changeable.filter(
    ({ logicalName, type }) =>
      type === 'String' && (cells === undefined || (cells[logicalName]?.value.kind ?? 'null') !== 'null'),
  );
  const likely = texts.filter(({ logicalName }) => LIKELY.test(logicalName));
  const chosen = likely.length > 0 ? likely : texts.length > 0 ? texts : changeable;
  return chosen.slice(0, MOST_CHANGED).map(({ logicalName }) => logicalName);
}

/** Columns that people change first, where a table has them. */
const LIKELY = /^(firstname|lastname|name|subject|title)$/;

function fewOfEach(columns: readonly Column[], primaryName: string | undefined): readonly string[] {
  const counts = new Map<string, number>();
  const first = columns.filter(
    ({ logicalName }) => logicalName === primaryName || /^(first|last)name$/.test(logicalName),
  );
  const others = columns.filter(({ type, logicalName }) => {
    const count = counts.get(type) ?? 0;
    counts.set(type, count + 1);
    return count < 2 && !first.some((column) => column.logicalName === logicalName);
  });
  return [...first, ...others].slice(0, MOST_SAMPLES).map(({ logicalName }) => logicalName);
}
