/** A value of a choice column. */
export interface HandlerChoice {
  readonly value: number;
  readonly label: string;
}

/** A column as far as generated code depends on it. Names and labels are a stranger's: any text. */
export interface HandlerColumn {
  readonly name: string;
  /** The name with the maker's capitals: `ParentCustomerId`. */
  readonly schemaName: string;
  readonly label: string;
  /** The metadata's name of the type: String, Lookup, Picklist, Money … */
  readonly type: string;
  /** Of choice columns; empty otherwise. */
  readonly choices: readonly HandlerChoice[];
}

/** A table as far as generated code depends on it. */
export interface HandlerTable {
  readonly name: string;
  readonly label: string;
  /** Undefined for a table that the Web API does not show: a row of it cannot be read back. */
  readonly entitySet: string | undefined;
  readonly key: string | undefined;
  /** The columns that travel, companions such as names of lookups left out. */
  readonly columns: readonly HandlerColumn[];
}

/** An image of the step. */
export interface HandlerImage {
  readonly alias: string;
  readonly type: 'pre' | 'post' | 'both';
  /** Logical names; empty means every column. */
  readonly columns: readonly string[];
}

/** The step whose deliveries are handled. */
export interface HandlerStep {
  readonly name: string;
  readonly webhookName: string;
  readonly message: string;
  /** Undefined for a step on any table, and for a message without one. */
  readonly table: HandlerTable | undefined;
  readonly asynchronous: boolean;
  readonly stage: 10 | 20 | 40;
  /** Logical names; empty means every column. */
  readonly filteringColumns: readonly string[];
  readonly images: readonly HandlerImage[];
}

/**
 * How the webhook proves who calls (FACTS 5.1), without the secrets: those are read from environment variables and are
 * never part of what is generated. `names` are those of the headers or query parameters.
 */
export interface HandlerAuth {
  readonly type: 'webhookKey' | 'httpHeader' | 'httpQueryString';
  readonly names: readonly string[];
}

/** What a handler can be written for. */
export const HANDLER_KINDS = [
  'node',
  'express',
  'functionsTypeScript',
  'functionsCSharp',
  'aspNetMinimal',
] as const;
export type HandlerKind = (typeof HANDLER_KINDS)[number];

/** Everything a generated handler depends on. */
export interface HandlerRequest {
  readonly kind: HandlerKind;
  readonly step: HandlerStep;
  readonly auth: HandlerAuth;
  /** JSON text of a body as the step would send it, for the generated test. */
  readonly sampleBody: string;
}

/** A file to write. `path` is relative, with `/`, and holds letters, digits, `.`, `-`, `_` only. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

/** A generated handler. */
export interface GeneratedHandler {
  /** Name of the project, which is a good name for its folder. */
  readonly name: string;
  readonly files: readonly GeneratedFile[];
  /** The file with the place for the user's own work. */
  readonly mainFile: string;
}

/** The languages in which types alone are written. */
export const TYPE_LANGUAGES = ['typescript', 'csharp', 'jsonSchema'] as const;
export type TypeLanguage = (typeof TYPE_LANGUAGES)[number];
