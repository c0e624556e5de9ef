import type * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable';
import { DeliveryLog } from '../../delivery/log/deliveryLog';
import type { DeliveryRecord } from '../../delivery/log/deliveryRecord';
import type { SecretStore } from '../../environments/environmentList';
import type { Log } from '../../base/log';
import type { DeliveryPanels } from '../panels/deliveryPanels';
import { DELIVERY_PANEL, LazyPanels } from '../panels/lazyPanels';
import { DeliveriesTree } from './deliveriesTree';
import { DeliveryTexts } from './deliveryDocuments';
import { KeptOverReload } from './keptOverReload';
import { Listening } from './listening';

/** What keeps, shows and repeats deliveries. */
export interface Deliveries {
  readonly log: DeliveryLog;
  readonly listening: Listening;
  readonly list: DeliveriesTree;
  readonly texts: DeliveryTexts;
  readonly panels: LazyPanels<DeliveryPanels>;
}

/** Nothing listens before somebody asks for it. */
export function createDeliveryParts(
  context: Pick<
    vscode.ExtensionContext,
    'workspaceState' | 'extensionUri' | 'storageUri' | 'globalStorageUri'
  >,
  secrets: SecretStore,
  editorLog: Log,
): Disposable & { readonly deliveries: Deliveries } {
  const own = new DisposableStore();
  const log = own.add(new DeliveryLog());
  const keeping = own.add(new KeptOverReload(log, context.storageUri ?? context.globalStorageUri, editorLog));
  const listening = own.add(new Listening(log, context.workspaceState, secrets));
  const list = own.add(new DeliveriesTree(log, listening, context.workspaceState));
  const texts = own.add(new DeliveryTexts(log));
  const panels = own.add(
    new LazyPanels(DELIVERY_PANEL, async () => {
      const parts = await import('../later');
      const openJson = (record: DeliveryRecord): Promise<void> => texts.showBody(record);
      return new parts.DeliveryPanels(context.extensionUri, log, openJson, keeping.restored, editorLog);
    }),
  );
  return { deliveries: { log, listening, list, texts, panels }, dispose: () => own.dispose() };
}
