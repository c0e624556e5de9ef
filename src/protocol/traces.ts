import * as z from 'zod/mini';
import { message } from './message';

/** A text and what it is about. */
const Line = z.object({ label: z.string(), value: z.string(), title: z.optional(z.string()) });

/** A synchronous call that failed, as the trace log tells it. */
export const TracedFailure = z.object({
  id: z.string(),
  time: z.string(),
  /** The time in UTC. */
  utc: z.string(),
  /** Webhook and step. */
  place: z.string(),
  cause: z.string(),
  remedy: z.string(),
  lines: z.array(Line),
  exception: z.string(),
  /** There are jobs that may have the same correlation id. */
  correlated: z.boolean(),
});
export type TracedFailure = z.infer<typeof TracedFailure>;

/** What the trace log says about synchronous calls. All texts are sentences. */
export const Traces = z.object({
  summary: z.string(),
  /** What to know about it: how to switch it on, what an empty list means. */
  notes: z.array(z.string()),
  /** It is off, and could be switched on. */
  canSwitchOn: z.boolean(),
  rows: z.array(TracedFailure),
});
export type Traces = z.infer<typeof Traces>;

/** What the extension tells the page about the trace log. */
export const ToTracePage = {
  /** Undefined where nothing was asked for: the report is about another query. */
  traces: message('traces/show', z.optional(Traces)),
} as const;

/** What the page asks of the extension about the trace log. */
export const FromTracePage = {
  switchOnTrace: message('traces/switchOn', z.object({})),
  /** Goes where a failed call leads to. */
  followTrace: message('traces/follow', z.object({ id: z.string(), link: z.enum(['step', 'correlation']) })),
} as const;
