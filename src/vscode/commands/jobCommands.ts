import { stepsOf } from '../../presentation/tree/environmentState';
import type { Services } from './services';
import type { Handlers } from './table';
import { targetEnvironment } from './targets';

type JobCommands = Pick<Handlers, 'dataverseWebhooks.showFailedJobs'>;

/** Commands about system jobs. */
export function jobCommands(services: Services): JobCommands {
  return {
    'dataverseWebhooks.showFailedJobs': async (nodes) => {
      const connection = await targetEnvironment(services, nodes);
      const [node] = nodes;
      if (node?.kind === 'step') {
        services.panels.show(connection, { kind: 'step', stepId: node.step.id }, node.step.name);
      } else if (node?.kind === 'webhook') {
        const steps = stepsOf(services.states.of(connection.profile.id), node.webhook.id);
        const stepIds = steps.map((step) => step.id);
        services.panels.show(
          connection,
          { kind: 'webhook', webhookId: node.webhook.id, stepIds },
          node.webhook.name,
        );
      } else {
        services.panels.show(connection, { kind: 'environment' }, connection.profile.name);
      }
    },
  };
}
