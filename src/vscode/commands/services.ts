import type { EnvironmentList } from '../../environments/environmentList';
import type { Transport } from '../../dataverse/transport';
import type { SignInSessions } from '../../environments/signInSessions';
import type { Connections } from '../connections';
import type { EnvironmentStates } from '../environmentStates';
import type { Deliveries } from '../deliveries/deliveryParts';
import type { LogChannel } from '../log';
import type { JobsPanels } from '../panels/jobsPanels';
import type { LazyPanels } from '../panels/lazyPanels';
import type { KeptSecrets } from '../../environments/keptSecrets';
import type { RememberedSolutions } from '../rememberedSolutions';
import type { Report } from '../report';
import type { RequestDocuments } from '../requestDocuments';
import type { QueryParts } from '../queries/queryParts';
import type { Sending } from '../send/sendParts';
import type { Undos } from '../undos';
import type { UnfinishedFlows } from '../../presentation/flows/unfinishedFlows';
import type { SandboxEnvironment } from '../sandboxEnvironment';
import type { WebhookTree } from '../tree/webhookTree';

/** What the handlers of commands work with. */
export interface Services {
  readonly list: EnvironmentList;
  readonly connections: Connections;
  readonly sessions: SignInSessions;
  readonly transport: Transport;
  readonly states: EnvironmentStates;
  readonly tree: WebhookTree;
  readonly panels: LazyPanels<JobsPanels>;
  readonly sandbox: SandboxEnvironment;
  readonly report: Report;
  readonly requests: RequestDocuments;
  readonly queries: QueryParts;
  readonly undos: Undos;
  readonly unfinished: UnfinishedFlows;
  readonly keptSecrets: KeptSecrets;
  readonly rememberedSolutions: RememberedSolutions;
  readonly sending: Sending;
  readonly deliveries: Deliveries;
  readonly log: LogChannel;
  /** Our package.json as the editor has read it, in the reader's language. */
  readonly manifest: unknown;
  /** Aborted when the extension is shut down. */
  readonly lifetime: AbortSignal;
}
