import * as z from 'zod/mini';
import { message } from './message';

/** A named value. `masked`: it may be a secret, and is not here. */
export const NamedValue = z.object({ name: z.string(), value: z.string(), masked: z.optional(z.boolean()) });
export type NamedValue = z.infer<typeof NamedValue>;

/** One column, parameter or variable. */
export const ValueRow = z.object({
  name: z.string(),
  type: z.string(),
  value: z.string(),
  /** Says more about the value, for example the time in UTC. */
  title: z.optional(z.string()),
  /** The value of the pre-image. */
  before: z.optional(z.string()),
  /** The value is another one than that of the pre-image. */
  changed: z.optional(z.boolean()),
});
export type ValueRow = z.infer<typeof ValueRow>;

/** A part of the context: lines, rows of a table, and parts below it. */
export interface ContextPart {
  readonly title: string;
  readonly open: boolean;
  readonly lines: readonly NamedValue[];
  readonly rows: readonly ValueRow[];
  /** There is a pre-image to compare with. */
  readonly compares: boolean;
  readonly parts: readonly ContextPart[];
}

export const ContextPart: z.ZodMiniType<ContextPart> = z.object({
  title: z.string(),
  open: z.boolean(),
  lines: z.array(NamedValue),
  rows: z.array(ValueRow),
  compares: z.boolean(),
  get parts() {
    return z.array(ContextPart);
  },
});

/** An answer as it is shown. */
export const ShownAnswer = z.object({
  line: z.string(),
  meaning: z.string(),
  success: z.boolean(),
  headers: z.array(NamedValue),
  body: z.string(),
});
export type ShownAnswer = z.infer<typeof ShownAnswer>;

/** What can be done with the delivery of the page. */
export const DeliveryAct = z.enum(['replay', 'edit', 'compare', 'openJson', 'pin', 'export']);
export type DeliveryAct = z.infer<typeof DeliveryAct>;

/** What can be copied. The page names it, the extension has it. */
export const CopiedPart = z.enum(['body', 'headers', 'answer']);
export type CopiedPart = z.infer<typeof CopiedPart>;

/** The words of the page. */
export const DeliveryTexts = z.object({
  acts: z.record(DeliveryAct, z.string()),
  actions: z.string(),
  request: z.string(),
  context: z.string(),
  json: z.string(),
  answer: z.string(),
  headers: z.string(),
  related: z.string(),
  copyBody: z.string(),
  copyHeaders: z.string(),
  copyAnswer: z.string(),
  masked: z.string(),
  column: z.string(),
  type: z.string(),
  before: z.string(),
  value: z.string(),
  changed: z.string(),
  empty: z.string(),
  /** `{count}` stands for a number. */
  showMore: z.string(),
});
export type DeliveryTexts = z.infer<typeof DeliveryTexts>;

/** One delivery as it is shown. */
export const DeliveryPage = z.object({
  id: z.string(),
  texts: DeliveryTexts,
  title: z.string(),
  summary: z.string(),
  notes: z.array(z.string()),
  facts: z.array(NamedValue),
  line: z.string(),
  headers: z.array(NamedValue),
  parts: z.array(ContextPart),
  /** The body for reading, or its start. */
  json: z.string(),
  answer: z.optional(ShownAnswer),
  related: z.array(z.object({ id: z.string(), text: z.string() })),
});
export type DeliveryPage = z.infer<typeof DeliveryPage>;

/** What a page is found by after its window was reloaded. */
export const KeptDeliveryPage = z.object({ id: z.string() });

/** What the extension tells the page. */
export const ToDeliveryPage = { show: message('delivery/show', DeliveryPage) } as const;

/** What the page asks of the extension. */
export const FromDeliveryPage = {
  ready: message('delivery/ready', z.object({})),
  act: message('delivery/act', z.object({ act: DeliveryAct })),
  copy: message('delivery/copy', z.object({ part: CopiedPart })),
  open: message('delivery/open', z.object({ id: z.string() })),
} as const;
