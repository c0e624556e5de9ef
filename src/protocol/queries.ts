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

/** Something that can be written at the caret. */
export const QuerySuggestion = z.object({
  kind: z.enum(['element', 'attribute', 'table', 'column', 'operator', 'source', 'value']),
  label: z.string(),
  /** What it is called in the user's language, and of which type it is. */
  detail: z.optional(z.string()),
  /** What is written; `$1` and so on are places to fill in, for elements and attributes only. */
  insert: z.string(),
  /** What fits best comes first. */
  rank: z.number(),
});
export type QuerySuggestion = z.infer<typeof QuerySuggestion>;

/** What can be written at a place of a text. */
export const QuerySuggestions = z.object({
  /** The number that the page gave the question. */
  serial: z.number(),
  /** What is replaced, in the text that was asked about. */
  start: z.number(),
  end: z.number(),
  items: z.array(QuerySuggestion),
  /** A sentence that says what is missing, where names of the environment could not be read. */
  missing: z.optional(z.string()),
});
export type QuerySuggestions = z.infer<typeof QuerySuggestions>;

/** What the extension tells the page about queries. */
export const ToQueryPage = {
  checked: message('queries/checked', QueryChecked),
  suggestions: message('queries/suggestions', QuerySuggestions),
  /** A query from the history, a file or an editor takes the place of the one in the page. */
  load: message('queries/load', QueryParams),
} as const;

/** What the page asks of the extension about queries. */
export const FromQueryPage = {
  check: message('queries/check', z.extend(QueryParams, { serial: z.number() })),
  /** Asks what can be written at the caret; a later question takes the place of an earlier one. */
  suggest: message(
    'queries/suggest',
    z.extend(QueryParams, { serial: z.number(), offset: z.int().check(z.gte(0)) }),
  ),
  /** Offers the history and files to choose from. */
  choose: message('queries/choose', z.object({})),
  save: message('queries/save', QueryParams),
  edit: message('queries/edit', QueryParams),
  /** Puts the whole address of the query into the clipboard. */
  address: message('queries/address', QueryParams),
} as const;
