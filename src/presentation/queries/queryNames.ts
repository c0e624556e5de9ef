import { readFetchText } from '../../queries/fetchText';
import { childrenOf, nodesOf, valueOf } from '../../queries/xmlScan';
import { readWebApiText } from '../../queries/webApiText';
import type { WrittenQuery } from '../../queries/written';
import { oneLine } from '../texts/plainText';

/** Characters of a description in a list. */
const MOST = 120;

/** What a query is about, for a list of queries: its table, and what tells it from others of the same table. */
export function queryName({ language, text }: WrittenQuery): {
  readonly label: string;
  readonly description: string;
} {
  if (language === 'webApi') {
    const { path, options } = readWebApiText(text);
    const { filter } = options;
    const about =
      filter === undefined
        ? text.slice(text.indexOf('?') + 1)
        : text.slice(filter.range.start, filter.range.end);
    return { label: path === '' ? oneLine(text).slice(0, MOST) : path, description: shortened(about) };
  }
  const { entity, fetch } = readFetchText(text);
  if (entity === undefined || fetch === undefined)
    return { label: oneLine(text).slice(0, MOST), description: '' };
  const conditions = [...nodesOf([fetch])]
    .filter(({ name }) => name === 'condition')
    .map((node) =>
      [valueOf(node, 'attribute'), valueOf(node, 'operator'), valueOf(node, 'value')].join(' ').trim(),
    );
  const columns = childrenOf(entity, 'attribute').map((node) => valueOf(node, 'name') ?? '');
  return {
    label: valueOf(entity, 'name') ?? '',
    description: shortened((conditions.length > 0 ? conditions : columns).join(', ')),
  };
}

function shortened(text: string): string {
  const line = oneLine(text);
  return line.length <= MOST ? line : `${line.slice(0, MOST - 1).toWellFormed()}…`;
}
