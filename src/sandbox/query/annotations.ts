import type { ReadPreferences } from '../queryRequest';

/** The service delivers at most so many rows at once, and counts no further (FACTS 13.4). */
export const MAX_PAGE = 5000;

/** Tells whether an annotation is wanted, such as `OData.Community.Display.V1.FormattedValue`. */
export type Wants = (annotation: string) => boolean;

/** The test for `odata.include-annotations`: `*`, a name, `prefix.*`, and `-name` or `-prefix.*` to leave out. */
export function annotationTest(list: string | undefined): Wants {
  const terms = (list ?? '')
    .split(',')
    .map((term) => term.trim())
    .filter((term) => term !== '');
  const matches = (term: string, name: string): boolean =>
    term.endsWith('*') ? name.startsWith(term.slice(0, -1)) : name === term;
  const excluded = terms.filter((term) => term.startsWith('-')).map((term) => term.slice(1));
  const included = terms.filter((term) => !term.startsWith('-'));
  return (name) =>
    included.some((term) => matches(term, name)) && !excluded.some((term) => matches(term, name));
}

/** The preferences that a read honoured, as `Preference-Applied` names them. */
export function appliedPreferences(preferences: ReadPreferences, paged: boolean): readonly string[] {
  const { maxPageSize, includeAnnotations } = preferences;
  return [
    ...(paged && maxPageSize !== undefined ? [`odata.maxpagesize=${maxPageSize}`] : []),
    ...(includeAnnotations === undefined ? [] : [`odata.include-annotations="${includeAnnotations}"`]),
  ];
}

const TOTAL = 'Microsoft.Dynamics.CRM.totalrecordcount';
const TOTAL_EXCEEDED = 'Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded';

/** Adds the annotations that tell how many rows there are: -1 when they were not counted (FACTS 13.5). */
export function writeTotals(body: Record<string, unknown>, count: number | undefined, wants: Wants): void {
  if (wants(TOTAL)) body[`@${TOTAL}`] = count === undefined ? -1 : Math.min(count, MAX_PAGE);
  if (wants(TOTAL_EXCEEDED)) body[`@${TOTAL_EXCEEDED}`] = count !== undefined && count > MAX_PAGE;
}
