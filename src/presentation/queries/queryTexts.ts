import * as l10n from '@vscode/l10n';
import type { QueryProblem } from '../../queries/problem';
import type { TranslationNote, Untranslated } from '../../queries/translation';
import { oneLine } from '../texts/plainText';
import { numberText } from '../texts/readerLocale';

/** What is wrong at a place of a query, and what to write instead. */
export function problemText(problem: QueryProblem): string {
  const details = Object.fromEntries(
    Object.entries(problem.details).map(([name, value]) => [name, oneLine(value)]),
  );
  const text = languageProblem(problem.code, details) ?? nameProblem(problem.code, details);
  const close = details['close'] ?? '';
  return close === '' ? text : l10n.t('{problem} Did you mean "{close}"?', { problem: text, close });
}

type Details = Readonly<Record<string, string>>;

function unreadableProblem(code: QueryProblem['code'], details: Details): string | undefined {
  switch (code) {
    case 'empty':
      return l10n.t('Write a query, for example asyncoperations?$select=name&$filter=statuscode eq 31.');
    case 'tooLong':
      return l10n.t('From here on the query is too long to be sent; {most} characters are the most.', {
        most: numberText(Number(details['most'])),
      });
    case 'notWellFormed':
      return l10n.t('This is no XML: {reason}.', details);
    case 'tooDeep':
      return l10n.t('The query is nested too deeply.');
    case 'documentType':
      return l10n.t('Remove the document type; the service takes none.');
    case 'noFetch':
      return l10n.t('FetchXML begins with <fetch>.');
    case 'noEntity':
      return l10n.t('FetchXML has one <entity> with the name of a table.');
    case 'wholeAddress':
      return l10n.t(
        'Write the part behind /api/data/v9.2/ only, beginning with a table such as asyncoperations.',
      );
    case 'isWebApi':
      return l10n.t('This is a query for the Web API: choose Web API as the language.');
    case 'isFetchXml':
      return l10n.t('This is FetchXML: choose FetchXML as the language.');
    case 'oddQuote':
      return l10n.t("A quote is not closed. Write '' for a quote inside a text.");
    case 'secondQuestionMark':
      return l10n.t('Write & instead of the second question mark; options are joined with &.');
    case 'brokenCharacter':
      return l10n.t('Remove the broken character; it cannot be sent.');
    case 'brokenEscape':
      return l10n.t('This percent-encoding stands for no character.');
    case 'syntax':
      return l10n.t('The query cannot be read from here on.');
    default:
      return undefined;
  }
}

function languageProblem(code: QueryProblem['code'], details: Details): string | undefined {
  switch (code) {
    case 'unknownOption':
      return l10n.t('The service takes no option "{name}".', details);
    case 'doubleOption':
      return l10n.t('The option "{name}" is here more than once.', details);
    case 'unknownElement':
      return l10n.t('<{name}> cannot stand in <{parent}>, which takes {allowed}.', details);
    case 'unknownAttribute':
      return l10n.t('<{element}> has no attribute "{name}".', details);
    case 'missingAttribute':
      return l10n.t('<{element}> needs the attribute "{name}".', details);
    case 'unknownValue':
      return l10n.t('"{value}" is no value of "{name}", which takes {allowed}.', details);
    case 'unknownOperator':
      return l10n.t('There is no operator "{operator}".', details);
    case 'noValue':
      return l10n.t('The operator "{operator}" takes no value.', details);
    case 'oneValue':
      return l10n.t('The operator "{operator}" takes one value.', details);
    case 'someValue':
      return l10n.t('The operator "{operator}" takes one value or more, each in <value>.', details);
    case 'twoValues':
      return l10n.t('The operator "{operator}" takes two values, each in <value>.', details);
    case 'topWithPaging':
      return l10n.t('"top" and "{name}" cannot stand in one query.', details);
    case 'tooManyLinks':
      return l10n.t('A query has {most} links at most.', details);
    case 'sameAlias':
      return l10n.t('The alias "{alias}" is taken already.', details);
    case 'needsAggregate':
      return l10n.t('"{name}" needs aggregate="true" in <fetch>.', details);
    case 'needsAlias':
      return l10n.t('The column "{name}" needs an alias, because the query aggregates.', details);
    default:
      return unreadableProblem(code, details);
  }
}

function nameProblem(code: QueryProblem['code'], details: Details): string {
  switch (code) {
    case 'unknownTable':
      return l10n.t('This environment has no table "{name}".', details);
    case 'unknownSet':
      return l10n.t('The Web API of this environment has no set "{name}".', details);
    case 'unknownNavigation':
      return l10n.t('The table "{table}" has no navigation property "{name}".', details);
    case 'lookupProperty':
      return l10n.t('The Web API calls the column "{name}" otherwise.', details);
    case 'unknownColumn':
      return l10n.t('The table "{table}" has no column "{name}".', details);
    case 'labelColumn':
      return l10n.t('"{name}" is the label of another column and comes along with it.', details);
    case 'unknownAlias':
      return l10n.t('No linked table is called "{alias}".', details);
    case 'wrongOperator':
      return l10n.t('The operator "{operator}" cannot be asked of "{column}".', details);
    default:
      return l10n.t('The query cannot be read from here on.');
  }
}

/** Why a piece of a query has no exact counterpart in the other language. */
export function untranslatedText({ code, subject }: Untranslated): string {
  const what = { subject: oneLine(subject) };
  return filterReason(code, what) ?? shapeReason(code, what);
}

function filterReason(code: Untranslated['code'], what: { readonly subject: string }): string | undefined {
  switch (code) {
    case 'columnUnknown':
      return l10n.t('"{subject}" is no column of its table.', what);
    case 'columnType':
      return l10n.t('Columns of the type of "{subject}" differ between the languages.', what);
    case 'labelOrder':
      return l10n.t(
        'FetchXML orders "{subject}" by its labels, the Web API by its numbers. With useraworderby="true" both do the same.',
        what,
      );
    case 'operator':
      return l10n.t('The operator "{subject}" has no counterpart for this column.', what);
    case 'pattern':
      return l10n.t('The Web API cannot ask for the pattern "{subject}".', what);
    case 'zoneless':
      return l10n.t(
        '"{subject}" has no time zone: FetchXML takes yours, the Web API none. Write a time with Z behind it.',
        what,
      );
    case 'dayOnly':
      return l10n.t('"{subject}" is no day such as 2025-03-31, and the column has no time.', what);
    case 'clockTime':
      return l10n.t(
        'The column "{subject}" is the same in every time zone. How the languages compare such times is not known.',
        what,
      );
    case 'value':
      return l10n.t('"{subject}" is no value that both languages can write here.', what);
    case 'linkedFunction':
      return l10n.t('The Web API is not known to take "{subject}" for a column of a linked table.', what);
    case 'linkInFilter':
      return l10n.t('A condition on "{subject}" can be asked in the filter of the table only.', what);
    case 'expression':
      return l10n.t('FetchXML has no condition of this kind.');
    case 'function':
      return l10n.t('FetchXML has nothing for "{subject}".', what);
    case 'lambda':
      return l10n.t(
        '"{subject}" is no collection of its table, or its condition compares with another table than its own.',
        what,
      );
    case 'comparison':
      return l10n.t('This comparison cannot be written in the other language.');
    default:
      return undefined;
  }
}

function shapeReason(code: Untranslated['code'], what: { readonly subject: string }): string {
  switch (code) {
    case 'malformed':
      return l10n.t('Correct what is marked in the query first.');
    case 'tableUnknown':
      return l10n.t('This environment has no table "{subject}".', what);
    case 'noEntitySet':
      return l10n.t('The Web API does not show the table "{subject}".', what);
    case 'pageNumber':
      return l10n.t('The Web API cannot begin with a later page.');
    case 'distinct':
      return l10n.t(
        'The Web API leaves out equal rows only of columns of one table, ordered by these columns, without a total.',
      );
    case 'aggregateLimit':
    case 'dataSource':
    case 'rowAggregate':
      return l10n.t('The Web API has nothing for the attribute "{subject}".', what);
    case 'alias':
      return l10n.t('The order "{subject}" has no counterpart.', what);
    case 'name':
      return l10n.t('"{subject}" is no name in the other language.', what);
    case 'tooManyLinks':
      return l10n.t('A query has {most} links at most.', { most: what.subject });
    case 'other':
      return l10n.t('This query cannot be written in the other language.');
    case 'noRelation':
      return l10n.t('No single lookup leads over "{subject}" in both languages.', what);
    case 'linkType':
      return l10n.t('The Web API has no link of the type "{subject}".', what);
    case 'linkAll':
      return l10n.t(
        'What a link of the type "{subject}" asks for is documented in two ways that contradict one another.',
        what,
      );
    case 'negatedLink':
      return l10n.t(
        'FetchXML counts rows of "{subject}" without a value as not fitting, the Web API leaves them out.',
        what,
      );
    case 'appliedOrder':
      return l10n.t('The Web API cannot order by "{subject}", which $apply works out.', what);
    case 'manyRows':
      return l10n.t(
        'The link "{subject}" brings a row for each of its rows, which the Web API does not do.',
        what,
      );
    case 'outerFilter':
      return l10n.t('The Web API cannot filter the optional rows of "{subject}".', what);
    default:
      return appliedReason(code, what);
  }
}

function appliedReason(code: Untranslated['code'], what: { readonly subject: string }): string {
  switch (code) {
    case 'linkAggregate':
      return l10n.t('Figures over linked columns such as "{subject}" do not translate.', what);
    case 'countColumn':
      return l10n.t('The Web API has no figure "{subject}" of this kind.', what);
    case 'dateGrouping':
      return l10n.t('The Web API cannot group by "{subject}".', what);
    case 'path':
      return l10n.t('Only a set of rows or one row of it translates.');
    case 'option':
      return l10n.t('The option "{subject}" has no counterpart.', what);
    case 'expandOptions':
      return l10n.t('The options of "{subject}" have no counterpart.', what);
    case 'expandMany':
      return l10n.t('FetchXML would bring a row for each row of "{subject}".', what);
    default:
      return l10n.t('"{subject}" of $apply has no counterpart.', what);
  }
}

/** What is different in a translation that brings the same rows. */
export function noteText({ code, subject }: TranslationNote): string {
  const what = { subject: oneLine(subject) };
  switch (code) {
    case 'pageSize':
      return l10n.t('Pages of {subject} rows are asked for in a header.', what);
    case 'leftOut':
      return l10n.t('"{subject}" is left out; the rows are the same without it.', what);
    case 'renamed':
      return l10n.t('The column called "{subject}" has its own name.', what);
    case 'linkedNames':
      return l10n.t('The columns of "{subject}" have other names.', what);
  }
}
