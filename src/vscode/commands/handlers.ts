import { environmentCommands } from './environmentCommands';
import { signInCommands } from './signInCommands';
import { environmentFileCommands } from './environmentFileCommands';
import { webhookCommands } from './webhookCommands';
import { stepCommands } from './stepCommands';
import { handlerCommands } from './handlerCommands';
import { imageCommands } from './imageCommands';
import { changeCommands } from './changeCommands';
import { jobCommands } from './jobCommands';
import { sendCommands } from './sendCommands';
import { jobReplayCommands } from './jobReplayCommands';
import { jobLinkCommands } from './jobLinkCommands';
import { sandboxCommands } from './sandboxCommands';
import { viewCommands } from './viewCommands';
import { treeCommands } from './treeCommands';
import { checkCommands } from './checkCommands';
import { queryCommands } from './queryCommands';
import { deliveryCommands } from './deliveryCommands';
import { listenCommands } from './listenCommands';
import { sampleCommands } from './sampleCommands';
import { replayDeliveryCommands } from './replayDeliveryCommands';
import type { Services } from './services';
import type { Handlers } from './table';

export { followJob } from './jobLinkCommands';

/** The handlers of all commands; one that is missing does not compile. */
export function allHandlers(services: Services): Handlers {
  return {
    ...environmentCommands(services),
    ...signInCommands(services),
    ...environmentFileCommands(services),
    ...webhookCommands(services),
    ...stepCommands(services),
    ...handlerCommands(services),
    ...imageCommands(services),
    ...changeCommands(services),
    ...jobCommands(services),
    ...sendCommands(services),
    ...jobReplayCommands(services),
    ...jobLinkCommands(services),
    ...sandboxCommands(services),
    ...viewCommands(services),
    ...treeCommands(services),
    ...checkCommands(services),
    ...queryCommands(services),
    ...listenCommands(services),
    ...deliveryCommands(services),
    ...replayDeliveryCommands(services),
    ...sampleCommands(services),
  };
}
