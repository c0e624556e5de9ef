import { readFetchXml } from '../dataverse/fetchXmlText';
import type { QueryText } from './jobService';

/**
 * The table, or the entity set, that a query is about where it is not about jobs; undefined for jobs, and for a text that
 * cannot be read.
 */
export function otherTable({ language, text }: QueryText): string | undefined {
  if (language === 'webApi') {
    const [set] = /^\w+/.exec(text.trim()) ?? [];
    return set === 'asyncoperations' ? undefined : set;
  }
  try {
    const { entityName } = readFetchXml(text);
    return entityName === 'asyncoperation' ? undefined : entityName;
  } catch {
    return undefined;
  }
}
