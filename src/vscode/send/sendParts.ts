import { DisposableStore, toDisposable, type Disposable } from '../../base/disposable';
import { createSender, type Sender } from '../../delivery/sender';
import type { KeptSecrets } from '../../environments/keptSecrets';
import { DeliveryDocuments } from './deliveryDocuments';
import { TestSecrets } from './testSecrets';

/** What sending deliveries of one's own takes. */
export interface Sending {
  /** Sends as the service does. */
  readonly sender: Sender;
  readonly secrets: TestSecrets;
  readonly documents: DeliveryDocuments;
}

export interface SendParts extends Disposable {
  readonly keptSecrets: KeptSecrets;
  readonly sending: Sending;
}

/** Of an answer's body this much is kept; the service itself ignores it (FACTS 17.1). */
const KEPT_ANSWER_BYTES = 262_144;

/** Nothing is sent and no secret is read before somebody asks for it. */
export function createSendParts(keptSecrets: KeptSecrets): SendParts {
  const own = new DisposableStore();
  own.add(keptSecrets);
  const sender = createSender({ keepBodyBytes: KEPT_ANSWER_BYTES });
  own.add(toDisposable(() => sender.dispose()));
  const documents = new DeliveryDocuments();
  own.add(documents);
  const sending = { sender, secrets: new TestSecrets(keptSecrets), documents };
  return { keptSecrets, sending, dispose: () => own.dispose() };
}
