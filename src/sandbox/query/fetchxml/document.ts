/** FetchXML as it is written: nothing is looked up in the schema yet. */
export interface FetchDocument {
  readonly page: number | undefined;
  readonly count: number | undefined;
  readonly top: number | undefined;
  /** The inner form of a paging cookie, as the caller decoded it. */
  readonly cookie: string | undefined;
  readonly totals: boolean;
  readonly distinct: boolean;
  readonly aggregate: boolean;
  /** Rows an aggregate may read, when the query sets its own limit. */
  readonly aggregateLimit: number | undefined;
  /** Choices are ordered by number instead of label. */
  readonly rawOrder: boolean;
  readonly entity: EntityNode;
}

export interface EntityNode {
  readonly name: string;
  /** Undefined for the entity of the query. */
  readonly link: LinkNode | undefined;
  readonly attributes: readonly AttributeNode[];
  readonly allAttributes: boolean;
  readonly orders: readonly OrderNode[];
  readonly filters: readonly FilterNode[];
  readonly links: readonly EntityNode[];
}

export interface LinkNode {
  readonly from: string;
  readonly to: string;
  readonly alias: string | undefined;
  /**
   * `exists` stands for `in` too: both ask whether there is a partner, and deliver nothing of it. `any` and `not any` ask
   * the same inside of a filter.
   */
  readonly type: 'inner' | 'outer' | 'exists' | 'any' | 'not any';
}

export interface AttributeNode {
  readonly name: string;
  readonly alias: string | undefined;
  readonly aggregate: string | undefined;
  readonly groupBy: boolean;
  readonly dateGrouping: string | undefined;
  readonly distinct: boolean;
}

export interface OrderNode {
  readonly attribute: string | undefined;
  readonly alias: string | undefined;
  readonly entityName: string | undefined;
  readonly descending: boolean;
}

export interface FilterNode {
  readonly type: 'and' | 'or';
  readonly conditions: readonly ConditionNode[];
  readonly filters: readonly FilterNode[];
  readonly links: readonly EntityNode[];
}

export interface ConditionNode {
  readonly attribute: string;
  readonly operator: string;
  readonly entityName: string | undefined;
  /** Undefined when there is no value attribute. */
  readonly value: string | undefined;
  /** The `value` elements. */
  readonly values: readonly string[];
  /** The other column of a comparison of columns. */
  readonly valueOf: string | undefined;
}
