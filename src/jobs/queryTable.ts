import { LONGEST_QUERY } from '../base/queryLimit';
import { nodesOf, scanXml, valueOf } from '../queries/xmlScan';
import type { QueryText } from './jobService';

/**
 * The table, or the entity set, that a query is about where it is not about jobs; undefined for jobs, and for a text that
 * names none. A text that cannot be read as a whole may still name its table.
 */
export function otherTable({ language, text }: QueryText): string | undefined {
  const own = language === 'webApi' ? 'asyncoperations' : 'asyncoperation';
  const found = language === 'webApi' ? /^\w+/.exec(text.trim())?.[0] : entityOf(text);
  return found === '' || found === own ? undefined : found;
}

function entityOf(text: string): string | undefined {
  const { roots } = scanXml(text.slice(0, LONGEST_QUERY));
  for (const node of nodesOf(roots)) if (node.name === 'entity') return valueOf(node, 'name');
  return undefined;
}
