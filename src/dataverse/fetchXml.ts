import { escapeXml, isXmlText } from '../base/xmlText';
import { identifier, refuse } from './odataLiteral';

/** A FetchXML query as data (FACTS 13.5, 15.12). */
export interface Fetch {
  readonly entity: FetchEntity;
  /** Cannot be combined with `page` and `count`. */
  readonly top?: number;
  readonly page?: number;
  /** Rows per page, 1 to 5000. */
  readonly count?: number;
  readonly distinct?: boolean;
  readonly aggregate?: boolean;
  /** Ask for the total, which the service counts to 5000. */
  readonly returnTotalRecordCount?: boolean;
  /** Choices are ordered by their numbers and not by their labels. */
  readonly rawOrder?: boolean;
}

export interface FetchEntity {
  readonly name: string;
  readonly attributes?: readonly FetchAttribute[];
  readonly allAttributes?: boolean;
  readonly filter?: FetchFilter;
  readonly links?: readonly FetchLink[];
  readonly orders?: readonly FetchOrder[];
}

export type FetchAttribute =
  | string
  | {
      readonly name: string;
      readonly alias?: string;
      readonly aggregate?: 'count' | 'countcolumn' | 'sum' | 'avg' | 'min' | 'max';
      readonly groupBy?: boolean;
      readonly dateGrouping?: 'day' | 'week' | 'month' | 'quarter' | 'year';
      readonly distinct?: boolean;
    };

export interface FetchFilter {
  /** How the conditions are joined; `and` unless said otherwise. */
  readonly type?: 'and' | 'or';
  /** A link asks whether there is such a row. */
  readonly conditions: ReadonlyArray<FetchCondition | FetchFilter | FetchLink>;
}

export interface FetchCondition {
  readonly attribute: string;
  /** `eq`, `not-null`, `on-or-after` … */
  readonly operator: string;
  readonly value?: string | number | boolean;
  /** For operators that take several values, such as `in`. */
  readonly values?: ReadonlyArray<string | number>;
  /** Another column of the same table, to compare with instead of a value. */
  readonly otherColumn?: string;
  /** Alias of the linked table that has the attribute. */
  readonly entityName?: string;
}

export interface FetchLink extends FetchEntity {
  readonly from: string;
  readonly to: string;
  /**
   * `exists` only asks whether there is a linked row, and brings nothing of it; `any` and `not any` do so inside of a
   * filter, where there are no others.
   */
  readonly type?: 'inner' | 'outer' | 'exists' | 'any' | 'not any';
  readonly alias?: string;
}

export type FetchOrder =
  | string
  | {
      readonly attribute?: string;
      readonly alias?: string;
      readonly descending?: boolean;
      readonly entityName?: string;
    };

/** The service takes fifteen links (FACTS 13.5, 0x8004430D). */
export const MOST_LINKS = 15;

/**
 * The text of a FetchXML query, escaped, without line breaks.
 * @throws DataverseError `invalid` for names and values that FetchXML cannot carry, and for combinations that the
 *   service refuses.
 */
export function writeFetchXml(fetch: Fetch): string {
  if (fetch.top !== undefined && (fetch.page !== undefined || fetch.count !== undefined)) {
    refuse('A FetchXML query has top together with page or count');
  }
  if (countLinks(fetch.entity) > MOST_LINKS) refuse(`A FetchXML query has more than ${MOST_LINKS} links`);
  return element(
    'fetch',
    {
      top: positive(fetch.top),
      page: positive(fetch.page),
      count: positive(fetch.count),
      distinct: fetch.distinct,
      aggregate: fetch.aggregate,
      returntotalrecordcount: fetch.returnTotalRecordCount,
      useraworderby: fetch.rawOrder,
    },
    element('entity', { name: identifier(fetch.entity.name) }, contentOf(fetch.entity)),
  );
}

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

function element(name: string, attributes: Attributes, content = ''): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([attribute, value]) => ` ${attribute}="${xmlText(String(value))}"`)
    .join('');
  return content === '' ? `<${name}${written} />` : `<${name}${written}>${content}</${name}>`;
}

function xmlText(value: string): string {
  return isXmlText(value) ? escapeXml(value) : refuse('A text has a character that XML cannot carry');
}

function contentOf(entity: FetchEntity): string {
  return [
    ...(entity.allAttributes === true ? ['<all-attributes />'] : []),
    ...(entity.attributes ?? []).map(attributeElement),
    ...(entity.filter === undefined ? [] : [filterElement(entity.filter)]),
    ...(entity.links ?? []).map(linkElement),
    ...(entity.orders ?? []).map(orderElement),
  ].join('');
}

function attributeElement(attribute: FetchAttribute): string {
  if (typeof attribute === 'string') return element('attribute', { name: identifier(attribute) });
  return element('attribute', {
    name: identifier(attribute.name),
    alias: name(attribute.alias),
    aggregate: attribute.aggregate,
    groupby: attribute.groupBy,
    dategrouping: attribute.dateGrouping,
    distinct: attribute.distinct,
  });
}

function filterElement(filter: FetchFilter): string {
  const inner = filter.conditions.map((item) => {
    if ('conditions' in item) return filterElement(item);
    return 'from' in item ? linkElement(item) : conditionElement(item);
  });
  return element('filter', { type: filter.type }, inner.join(''));
}

function conditionElement(condition: FetchCondition): string {
  if (!/^[a-z][a-z-]{0,60}$/.test(condition.operator)) refuse('A condition has an operator that is none');
  const values = (condition.values ?? []).map((value) => `<value>${xmlText(String(value))}</value>`);
  return element(
    'condition',
    {
      entityname: name(condition.entityName),
      attribute: identifier(condition.attribute),
      operator: condition.operator,
      value: condition.value,
      valueof: name(condition.otherColumn),
    },
    values.join(''),
  );
}

function linkElement(link: FetchLink): string {
  return element(
    'link-entity',
    {
      name: identifier(link.name),
      from: identifier(link.from),
      to: identifier(link.to),
      'link-type': link.type,
      alias: name(link.alias),
    },
    contentOf(link),
  );
}

function orderElement(order: FetchOrder): string {
  if (typeof order === 'string') return element('order', { attribute: identifier(order) });
  return element('order', {
    entityname: name(order.entityName),
    attribute: name(order.attribute),
    alias: name(order.alias),
    descending: order.descending,
  });
}

function name(value: string | undefined): string | undefined {
  return value === undefined ? undefined : identifier(value);
}

function positive(value: number | undefined): number | undefined {
  if (value === undefined || (Number.isSafeInteger(value) && value > 0)) return value;
  return refuse('A number of rows or pages is not a positive integer');
}

/** The links of a table, those inside of filters and of links among them. */
export function countLinks(entity: FetchEntity): number {
  const inFilter = entity.filter === undefined ? [] : linksIn(entity.filter);
  return [...(entity.links ?? []), ...inFilter].reduce((sum, link) => sum + 1 + countLinks(link), 0);
}

function linksIn({ conditions }: FetchFilter): readonly FetchLink[] {
  return conditions.flatMap((item) => {
    if ('conditions' in item) return linksIn(item);
    return 'from' in item ? [item] : [];
  });
}
