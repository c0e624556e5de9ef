import { parseQueryOptions, splitOutside } from '../query/odata/options';
import { parseExpression } from '../query/odata/parser';
import type { Syntax } from '../query/odata/syntax';
import { badRequest, notImplemented } from '../serviceError';
import type { Document } from './metadataDocuments';

type Json = Readonly<Record<string, unknown>>;

interface Options {
  readonly select: readonly string[] | undefined;
  readonly expand: ReadonlyArray<{ readonly name: string; readonly options: Options }>;
  readonly filter: Syntax | undefined;
}

const names = ['$select', '$expand', '$filter'];

function optionsFrom(given: ReadonlyMap<string, string>): Options {
  for (const name of given.keys())
    if (!names.includes(name)) throw notImplemented(`'${name}' in queries of metadata`);
  const select = given.get('$select');
  const filter = given.get('$filter');
  return {
    select: select === undefined ? undefined : select.split(',').map((name) => name.trim()),
    expand: splitOutside(given.get('$expand') ?? '', ',')
      .filter((item) => item.trim() !== '')
      .map(expandItem),
    filter: filter === undefined ? undefined : parseExpression(filter),
  };
}

function expandItem(item: string): { readonly name: string; readonly options: Options } {
  const match = /^\s*(\w+)\s*(?:\((.*)\))?\s*$/s.exec(item);
  if (match === null) throw badRequest(`Syntax error in '$expand=${item}'.`, '0x80060888');
  const [, name = '', inner = ''] = match;
  const nested = new Map<string, string>();
  for (const part of splitOutside(inner, ';')) {
    if (part.trim() === '') continue;
    const equals = part.indexOf('=');
    nested.set(part.slice(0, equals).trim(), part.slice(equals + 1));
  }
  return { name, options: optionsFrom(nested) };
}

/** The options of a metadata query: `$select`, `$expand` and `$filter`; 501 for others. */
export function metadataOptions(query: string): Options {
  const { system } = parseQueryOptions(query);
  return optionsFrom(system);
}

function unknown(name: string, type: string): Error {
  return badRequest(
    `Could not find a property named '${name}' on type 'Microsoft.Dynamics.CRM.${type}'.`,
    '0x80060888',
  );
}

/** Properties and navigations that only derived column types have: a query that is not cast cannot name them. */
const derivedOnly = new Set(
  'DateTimeBehavior DefaultFormValue DefaultValue Format GlobalOptionSet MaxLength MaxValue MinValue OptionSet Precision Targets'.split(
    ' ',
  ),
);

function checkName(document: Document, declared: string, name: string): void {
  const hidden = declared === 'AttributeMetadata' && derivedOnly.has(name);
  if (!hidden && (Object.hasOwn(document.properties, name) || Object.hasOwn(document.navigations, name)))
    return;
  // The published metadata has more properties; those the sandbox has nothing to say about are not made up.
  if (unfilled.has(name)) throw notImplemented(`the property '${name}' of ${document.type}`);
  throw unknown(name, declared);
}

/** One document as JSON. A derived type is named, as its declared type is another one. */
export function documentJson(document: Document, options: Options, declared: string): Json {
  const chosen: Record<string, unknown> = {};
  if (document.type !== declared) chosen['@odata.type'] = `#Microsoft.Dynamics.CRM.${document.type}`;
  for (const name of options.select ?? []) checkName(document, declared, name);
  for (const name of options.select ?? Object.keys(document.properties))
    chosen[name] = document.properties[name];
  if ('MetadataId' in document.properties) chosen['MetadataId'] = document.properties['MetadataId'];
  for (const { name, options: nested } of options.expand) {
    checkName(document, declared, name);
    const value = document.navigations[name]?.() ?? null;
    if (value === null) chosen[name] = null;
    else if (isList(value)) chosen[name] = listJson(value, nested, declaredOf(name));
    else chosen[name] = documentJson(value, nested, declaredOf(name));
  }
  return chosen;
}

function isList(value: Document | readonly Document[]): value is readonly Document[] {
  return Array.isArray(value);
}

function declaredOf(navigation: string): string {
  if (navigation === 'Attributes') return 'AttributeMetadata';
  return navigation === 'OptionSet' || navigation === 'GlobalOptionSet'
    ? 'OptionSetMetadataBase'
    : navigation;
}

/** Names of the published metadata that the sandbox does not fill. */
const unfilled = new Set(
  `ActivityTypeMask AutoCreateAccessTeams AutoRouteToOwnerQueue CanBeInCustomEntityAssociation CanBeInManyToMany
  CanBePrimaryEntityInRelationship CanBeRelatedEntityInRelationship CanChangeHierarchicalRelationship
  CanChangeTrackingBeEnabled CanCreateAttributes CanCreateCharts CanCreateForms CanCreateViews
  CanEnableSyncToExternalSearchIndex CanModifyAdditionalSettings CanTriggerWorkflow DataProviderId DataSourceId
  DaysSinceRecordLastModified EnforceStateTransitions EntityColor EntityHelpUrl EntityHelpUrlEnabled
  ExternalCollectionName ExternalName HasActivities HasFeedback HasNotes IconLargeName IconMediumName IconSmallName
  IconVectorName IntroducedVersion IsAIRUpdated IsAuditEnabled IsAvailableOffline IsBPFEntity IsBusinessProcessEnabled
  IsChildEntity IsConnectionsEnabled IsDocumentManagementEnabled IsDocumentRecommendationsEnabled
  IsDuplicateDetectionEnabled IsEnabledForCharts IsEnabledForExternalChannels IsEnabledForTrace IsImportable
  IsInteractionCentricEnabled IsKnowledgeManagementEnabled IsMailMergeEnabled IsMappable IsOfflineInMobileClient
  IsOneNoteIntegrationEnabled IsQuickCreateEnabled IsReadOnlyInMobileClient IsReadingPaneEnabled IsRenameable
  IsSLAEnabled IsStateModelAware IsValidForQueue IsVisibleInMobile IsVisibleInMobileClient MobileOfflineFilters
  Privileges RecurrenceBaseEntityLogicalName ReportViewName SyncToExternalSearchIndex UsesBusinessDataLabelTable
  DeprecatedVersion CanBeSecuredForRead CanBeSecuredForCreate CanBeSecuredForUpdate IsRetrievable IsFilterable
  IsSearchable IsGlobalFilterEnabled IsSortableEnabled LinkedAttributeId IsValidForForm IsRequiredForForm
  IsValidForGrid IsDataSourceSecret InheritsFrom SourceType`.split(/\s+/),
);

/** The documents that the filter lets through, as JSON. */
export function listJson(
  documents: readonly Document[],
  options: Options,
  declared: string,
): readonly Json[] {
  const { filter } = options;
  const kept = filter === undefined ? documents : documents.filter((one) => evaluate(filter, one) === true);
  return kept.map((one) => documentJson(one, options, declared));
}

function evaluate(syntax: Syntax, document: Document): unknown {
  switch (syntax.kind) {
    case 'literal':
      return syntax.value;
    case 'path':
      return pathValue(syntax.segments, document);
    case 'not':
      return evaluate(syntax.term, document) !== true;
    case 'binary':
      return evaluateBinary(syntax, document);
    default:
      throw notImplemented('functions in queries of metadata');
  }
}

function pathValue(segments: readonly string[], document: Document): unknown {
  const [first = '', ...rest] = segments;
  if (!Object.hasOwn(document.properties, first)) {
    throw unfilled.has(first)
      ? notImplemented(`the property '${first}' in a filter`)
      : unknown(first, document.type);
  }
  let value = document.properties[first];
  for (const name of rest)
    value =
      typeof value === 'object' && value !== null && Object.hasOwn(value, name)
        ? Reflect.get(value, name)
        : null;
  return value;
}

function evaluateBinary(syntax: Syntax & { readonly kind: 'binary' }, document: Document): boolean {
  const left = evaluate(syntax.left, document);
  if (syntax.operator === 'and') return left === true && evaluate(syntax.right, document) === true;
  if (syntax.operator === 'or') return left === true || evaluate(syntax.right, document) === true;
  const right = evaluate(syntax.right, document);
  switch (syntax.operator) {
    case 'eq':
      return left === right;
    case 'ne':
      return left !== right;
    default:
      throw notImplemented(`the operator '${syntax.operator}' in queries of metadata`);
  }
}
