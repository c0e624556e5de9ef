/** Query functions of Dataverse that mean the same as an operator of FetchXML, by the operator. */

/** `none`: a column alone; `one`: `PropertyValue`; `many`: `PropertyValues`; `two`: `PropertyValue1` and `2`. */
export interface QueryFunction {
  readonly name: string;
  readonly takes: 'none' | 'text' | 'number' | 'many' | 'two';
}

function dated(...names: readonly string[]): ReadonlyArray<readonly [string, QueryFunction]> {
  return names.map((name) => [operatorOf(name), { name, takes: name.includes('X') ? 'number' : 'none' }]);
}

/** `LastXHours` as `last-x-hours`. */
function operatorOf(name: string): string {
  return name
    .replace(/(?!^)([A-Z])/g, '-$1')
    .toLowerCase()
    .replace(/^older-than-/, 'olderthan-');
}

export const FUNCTIONS: ReadonlyMap<string, QueryFunction> = new Map<string, QueryFunction>([
  ...dated('Yesterday', 'Today', 'Tomorrow', 'LastWeek', 'ThisWeek', 'NextWeek', 'LastMonth', 'ThisMonth'),
  ...dated('NextMonth', 'LastYear', 'ThisYear', 'NextYear'),
  ['last-seven-days', { name: 'Last7Days', takes: 'none' }],
  ['next-seven-days', { name: 'Next7Days', takes: 'none' }],
  ...dated('LastXHours', 'LastXDays', 'LastXWeeks', 'LastXMonths', 'LastXYears'),
  ...dated('NextXHours', 'NextXDays', 'NextXWeeks', 'NextXMonths', 'NextXYears'),
  ...dated('OlderThanXMinutes', 'OlderThanXHours', 'OlderThanXDays', 'OlderThanXWeeks'),
  ...dated('OlderThanXMonths', 'OlderThanXYears'),
  ...dated('ThisFiscalYear', 'ThisFiscalPeriod', 'NextFiscalYear', 'NextFiscalPeriod'),
  ...dated('LastFiscalYear', 'LastFiscalPeriod'),
  ...dated('LastXFiscalYears', 'LastXFiscalPeriods', 'NextXFiscalYears', 'NextXFiscalPeriods'),
  ['in-fiscal-year', { name: 'InFiscalYear', takes: 'number' }],
  ['in-fiscal-period', { name: 'InFiscalPeriod', takes: 'number' }],
  ['in-fiscal-period-and-year', { name: 'InFiscalPeriodAndYear', takes: 'two' }],
  ['in-or-before-fiscal-period-and-year', { name: 'InOrBeforeFiscalPeriodAndYear', takes: 'two' }],
  ['in-or-after-fiscal-period-and-year', { name: 'InOrAfterFiscalPeriodAndYear', takes: 'two' }],
  ['on', { name: 'On', takes: 'text' }],
  ['on-or-after', { name: 'OnOrAfter', takes: 'text' }],
  ['on-or-before', { name: 'OnOrBefore', takes: 'text' }],
  ['in', { name: 'In', takes: 'many' }],
  ['not-in', { name: 'NotIn', takes: 'many' }],
  ['between', { name: 'Between', takes: 'many' }],
  ['not-between', { name: 'NotBetween', takes: 'many' }],
  ['contain-values', { name: 'ContainValues', takes: 'many' }],
  ['not-contain-values', { name: 'DoesNotContainValues', takes: 'many' }],
  ['eq-userid', { name: 'EqualUserId', takes: 'none' }],
  ['ne-userid', { name: 'NotEqualUserId', takes: 'none' }],
  ['eq-businessid', { name: 'EqualBusinessId', takes: 'none' }],
  ['ne-businessid', { name: 'NotEqualBusinessId', takes: 'none' }],
  ['eq-userlanguage', { name: 'EqualUserLanguage', takes: 'none' }],
  ['eq-userteams', { name: 'EqualUserTeams', takes: 'none' }],
  ['eq-useroruserteams', { name: 'EqualUserOrUserTeams', takes: 'none' }],
  ['eq-useroruserhierarchy', { name: 'EqualUserOrUserHierarchy', takes: 'none' }],
  ['eq-useroruserhierarchyandteams', { name: 'EqualUserOrUserHierarchyAndTeams', takes: 'none' }],
  ['above', { name: 'Above', takes: 'text' }],
  ['eq-or-above', { name: 'AboveOrEqual', takes: 'text' }],
  ['under', { name: 'Under', takes: 'text' }],
  ['eq-or-under', { name: 'UnderOrEqual', takes: 'text' }],
  ['not-under', { name: 'NotUnder', takes: 'text' }],
]);

/** The operators by the names of the functions. */
export const OPERATOR_OF: ReadonlyMap<string, string> = new Map(
  [...FUNCTIONS].map(([operator, { name }]) => [name, operator]),
);
