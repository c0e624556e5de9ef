import { parseXml, XmlElement } from '@rgrove/parse-xml';
import { published } from '../unit/sandbox/data/published.data';
import { requestProblems } from './requestNames';

/** What is wrong with a path by the published names. */
export function pathProblems(path: string): readonly string[] {
  const set = /^\w+/.exec(path)?.[0] ?? '';
  const isKnown = set === 'EntityDefinitions' || Object.values(published).some((table) => table.set === set);
  return [...requestProblems({ method: 'GET', path }), ...(isKnown ? [] : [`set ${set}`])];
}

/** The columns that FetchXML may name of a table: a lookup goes by the name of its column. */
function columnsOf(table: string): ReadonlySet<string> | undefined {
  const names =
    published[table] === undefined ? undefined : Object.values(published[table].properties).flat();
  return names && new Set(names.flatMap((name) => [name, name.replace(/^_(\w+)_value$/, '$1')]));
}

/** Names in a FetchXML text that no published table has. */
export function fetchProblems(text: string): readonly string[] {
  const { root } = parseXml(text);
  return root === null ? ['no element'] : namesIn(root, undefined);
}

function namesIn(parent: XmlElement, table: string | undefined): readonly string[] {
  return parent.children
    .filter((child) => child instanceof XmlElement)
    .flatMap((element) => {
      const { name: kind } = element;
      const { name = '', attribute, from, to } = element.attributes;
      if (kind === 'entity' || kind === 'link-entity') {
        const unknown = columnsOf(name) === undefined ? [`table ${name}`] : [];
        const joined = kind === 'entity' ? [] : [...missing(name, from), ...missing(table, to)];
        return [...unknown, ...joined, ...namesIn(element, name)];
      }
      const column =
        kind === 'attribute' ? name : kind === 'condition' || kind === 'order' ? attribute : undefined;
      return [...(column === undefined ? [] : missing(table, column)), ...namesIn(element, table)];
    });
}

function missing(table: string | undefined, column: string | undefined): readonly string[] {
  return column !== undefined && columnsOf(table ?? '')?.has(column) === true
    ? []
    : [`column ${table ?? ''}.${column ?? ''}`];
}
