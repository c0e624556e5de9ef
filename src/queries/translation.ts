import type { Range } from './problem';

/** Why a query has no exact counterpart in the other language. */
export type UntranslatedCode =
  | 'malformed'
  | 'tableUnknown'
  | 'columnUnknown'
  | 'noEntitySet'
  | 'pageNumber'
  | 'distinct'
  | 'aggregateLimit'
  | 'dataSource'
  | 'alias'
  | 'name'
  | 'tooManyLinks'
  | 'other'
  | 'columnType'
  | 'labelOrder'
  | 'operator'
  | 'pattern'
  | 'zoneless'
  | 'dayOnly'
  | 'clockTime'
  | 'value'
  | 'noRelation'
  | 'linkType'
  | 'linkAll'
  | 'negatedLink'
  | 'manyRows'
  | 'outerFilter'
  | 'linkedFunction'
  | 'linkInFilter'
  | 'linkAggregate'
  | 'countColumn'
  | 'dateGrouping'
  | 'appliedOrder'
  | 'rowAggregate'
  | 'path'
  | 'option'
  | 'expandOptions'
  | 'expandMany'
  | 'expression'
  | 'function'
  | 'lambda'
  | 'apply'
  | 'comparison';

/** Something that does not translate, with its place in the text it was read from. */
export interface Untranslated {
  readonly code: UntranslatedCode;
  readonly range: Range;
  /** The piece of the query it is about. */
  readonly subject: string;
}

/** What leaves the rows as they are and yet differs. */
export interface TranslationNote {
  readonly code: 'pageSize' | 'leftOut' | 'renamed' | 'linkedNames';
  readonly subject: string;
}

/** A query in the other language that brings the same rows, or what keeps it from being one. */
export type Translation =
  | { readonly kind: 'exact'; readonly text: string; readonly notes: readonly TranslationNote[] }
  | { readonly kind: 'none'; readonly reasons: readonly Untranslated[] };

/** Gathers what does not translate while a translation is written, so that all of it can be said at once. */
export class TranslationLog {
  readonly #reasons: Untranslated[] = [];
  readonly #notes: TranslationNote[] = [];

  /** Notes what does not translate. */
  lose(code: UntranslatedCode, range: Range, subject = ''): void {
    this.#reasons.push({ code, range, subject });
  }

  /** Notes a difference that leaves the rows as they are. */
  note(code: TranslationNote['code'], subject = ''): void {
    if (!this.#notes.some((note) => note.code === code && note.subject === subject))
      this.#notes.push({ code, subject });
  }

  get failed(): boolean {
    return this.#reasons.length > 0;
  }

  /** The translation, or what is in its way. */
  result(write: () => string): Translation {
    if (this.failed) return { kind: 'none', reasons: this.#reasons };
    return { kind: 'exact', text: write(), notes: this.#notes };
  }
}
