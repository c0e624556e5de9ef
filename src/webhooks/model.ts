import type { Secret } from '../base/secret';

/** The contract value of a `serviceendpoint` that is a webhook (FACTS 4). */
export const WEBHOOK_CONTRACT = 8;

/** The three ways a webhook proves to its receiver who is calling (FACTS 5.1). */
export type AuthType = 'httpHeader' | 'webhookKey' | 'httpQueryString';

/** One header or query parameter. The value is a secret even where the person who typed it would not mind. */
export interface AuthPair {
  readonly name: string;
  readonly value: Secret;
}

/** What is stored in `authtype` and `authvalue`. The service never gives the value back. */
export type WebhookAuth =
  | { readonly type: 'webhookKey'; readonly key: Secret }
  | { readonly type: 'httpHeader' | 'httpQueryString'; readonly pairs: readonly AuthPair[] };

export interface Webhook {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly description: string;
  /** `other` is an authentication type that belongs to another kind of endpoint (FACTS 4). */
  readonly authType: AuthType | 'other';
  readonly hasSecret: boolean;
  readonly managed: boolean;
  readonly customizable: boolean;
  /** As the service tells it, `2025-03-04T10:00:12Z`. */
  readonly modifiedOn: string | undefined;
  readonly etag: string | undefined;
  /** Ids of the users who created it and who changed it last; absent where nobody asked for them. */
  readonly touchedBy?: readonly string[];
}

/** An endpoint of another contract (queue, event hub …), and what is registered on it. Only looked at, never changed. */
export interface OtherEndpoint {
  readonly id: string;
  readonly name: string;
  /** The contract's value (FACTS 4), and its label as the service gives it. */
  readonly contract: number;
  readonly contractLabel: string;
  /** Where it leads: a URL, or the address of a Service Bus namespace. */
  readonly address: string;
  readonly managed: boolean;
}

export type Stage = 'preValidation' | 'preOperation' | 'postOperation';
export type Mode = 'synchronous' | 'asynchronous';
export type Deployment = 'server' | 'outlook' | 'both';

export interface MessageRef {
  readonly id: string;
  readonly name: string;
}

export interface Step {
  readonly id: string;
  readonly webhookId: string;
  readonly name: string;
  readonly description: string;
  readonly message: MessageRef;
  readonly filterId: string | undefined;
  /** Logical name; undefined when the step fires for any table, or the message has none. */
  readonly table: string | undefined;
  readonly secondaryTable: string | undefined;
  /** `internal` is a stage of the platform's own in which nobody can register (FACTS 4). */
  readonly stage: Stage | 'internal';
  readonly mode: Mode;
  readonly rank: number;
  /** Logical names; empty means every column. */
  readonly filteringColumns: readonly string[];
  readonly deleteJobOnSuccess: boolean;
  readonly enabled: boolean;
  readonly deployment: Deployment;
  readonly runAsUserId: string | undefined;
  readonly runAsUserName: string | undefined;
  readonly managed: boolean;
  readonly customizable: boolean;
  /** As the service tells it, `2025-03-04T10:00:12Z`. */
  readonly modifiedOn: string | undefined;
  readonly etag: string | undefined;
  readonly images: readonly Image[];
  /** Ids of the users who created it and who changed it last; absent where nobody asked for them. */
  readonly touchedBy?: readonly string[];
}

export type ImageType = 'pre' | 'post' | 'both';

export interface Image {
  readonly id: string;
  readonly stepId: string;
  readonly name: string;
  readonly alias: string;
  readonly type: ImageType;
  readonly messageProperty: string;
  /** Logical names; empty means every column. */
  readonly columns: readonly string[];
}

/** A message and table on which a step may be registered (FACTS 7). */
export interface MessageFilter {
  readonly id: string;
  /** Logical name; undefined for a message that is not bound to a table. */
  readonly table: string | undefined;
  readonly secondaryTable: string | undefined;
}

/** What is needed to register a webhook. */
export interface NewWebhook {
  /** Chosen before it is sent, so that a second try registers nothing twice; else the service chooses. */
  readonly id?: string;
  readonly name: string;
  readonly url: string;
  readonly auth: WebhookAuth;
  readonly description?: string;
  /** Unique name of the unmanaged solution it goes into (FACTS 9). */
  readonly solution?: string;
}

/** What is to be different about a webhook. The type and the value of the authentication travel together or not at all. */
export interface WebhookChange {
  readonly name?: string;
  readonly url?: string;
  readonly description?: string;
  readonly auth?: WebhookAuth;
}

/** What is needed to register a step. */
export interface NewStep {
  /** Chosen before it is sent, so that a second try registers nothing twice; else the service chooses. */
  readonly id?: string;
  readonly webhookId: string;
  readonly name: string;
  readonly description: string;
  readonly message: MessageRef;
  readonly filter: MessageFilter | undefined;
  readonly filteringColumns: readonly string[];
  readonly stage: Stage;
  readonly mode: Mode;
  readonly rank: number;
  readonly deleteJobOnSuccess: boolean;
  readonly deployment: Deployment;
  /** Undefined runs the step as the user who made the change. */
  readonly runAs: UserRef | undefined;
  /** Unique name of the unmanaged solution it goes into (FACTS 9). */
  readonly solution?: string;
}

/** A user a step can run as. */
export interface UserRef {
  readonly id: string;
  readonly name: string;
}

/** A user as the search for one shows it. */
export interface User extends UserRef {
  /** Sign-in name. */
  readonly domainName: string;
  readonly mail: string;
}

/** What is needed to register an image. */
export interface NewImage {
  /** Chosen before it is sent, so that a second try registers nothing twice; else the service chooses. */
  readonly id?: string;
  readonly stepId: string;
  readonly name: string;
  readonly alias: string;
  readonly type: ImageType;
  readonly messageProperty: string;
  /** Logical names; empty means every column. */
  readonly columns: readonly string[];
}
