import * as z from 'zod/mini';
import { message } from './message';

/** The two languages a query can be written in. */
export const QueryLanguage = z.enum(['fetchXml', 'webApi']);
export type QueryLanguage = z.infer<typeof QueryLanguage>;

/** Characters of a query that is read; the same as in `base/queryLimit`, which this layer does not import. */
export const LONGEST_QUERY = 100_000;

/**
 * Characters that the field of a page holds. Twice what can be sent, so that a text can be pasted and then shortened;
 * Chromium takes seconds to select so much in many lines, and many times longer for a few times more.
 */
export const MOST_IN_FIELD = 200_000;

/** A query as it stands in the page; one character too many tells that there are more. */
export const QueryParams = z.object({
  language: QueryLanguage,
  text: z.string().check(z.maxLength(LONGEST_QUERY + 1)),
});
export type QueryParams = z.infer<typeof QueryParams>;

/** A place of the query where something is wrong, with a sentence that says what. */
export const QueryMark = z.object({
  start: z.number(),
  end: z.number(),
  /** The query is not sent with it. */
  malformed: z.boolean(),
  text: z.string(),
});
export type QueryMark = z.infer<typeof QueryMark>;

/** The query in the other language, or why there is none. All texts are sentences. */
export const QueryTranslation = z.object({
  /** Absent when the query does not translate exactly. */
  text: z.optional(z.string()),
  summary: z.string(),
  lines: z.array(z.string()),
});
export type QueryTranslation = z.infer<typeof QueryTranslation>;

/** What was found out about a text. */
export const QueryChecked = z.object({
  /** The number that the page gave the question. */
  serial: z.number(),
  marks: z.array(QueryMark),
  /** Absent when the environment could not be asked for its tables. */
  translation: z.optional(QueryTranslation),
});
export type QueryChecked = z.infer<typeof QueryChecked>;

/** What the extension tells the page about queries. */
export const ToQueryPage = {
  checked: message('queries/checked', QueryChecked),
  /** A query from the history, a file or an editor takes the place of the one in the page. */
  load: message('queries/load', QueryParams),
} as const;

/** What the page asks of the extension about queries. */
export const FromQueryPage = {
  check: message('queries/check', z.extend(QueryParams, { serial: z.number() })),
  /** Offers the history and files to choose from. */
  choose: message('queries/choose', z.object({})),
  save: message('queries/save', QueryParams),
  edit: message('queries/edit', QueryParams),
  /** Puts the whole address of the query into the clipboard. */
  address: message('queries/address', QueryParams),
} as const;
