import type { Services } from './services';
import type { Handlers } from './table';

type ViewCommands = Pick<Handlers, 'dataverseWebhooks.loadMore' | 'dataverseWebhooks.showLog'>;

/** Commands about what is on screen. */
export function viewCommands({ tree, log }: Services): ViewCommands {
  return {
    'dataverseWebhooks.loadMore': ([node]) => {
      if (node !== undefined) tree.loadMore(node);
      return Promise.resolve();
    },
    'dataverseWebhooks.showLog': () => {
      log.show();
      return Promise.resolve();
    },
  };
}
