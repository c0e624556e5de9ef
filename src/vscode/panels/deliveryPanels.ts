import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable';
import type { Log } from '../../base/log';
import type { DeliveryLog } from '../../delivery/log/deliveryLog';
import type { DeliveryRecord } from '../../delivery/log/deliveryRecord';
import { deliveryPage, relatedTo } from '../../presentation/deliveries/deliveryPage';
import { deliveryName } from '../../presentation/deliveries/deliveryTexts';
import {
  FromDeliveryPage,
  KeptDeliveryPage,
  ToDeliveryPage,
  type CopiedPart,
  type DeliveryAct,
} from '../../protocol/delivery';
import { dispatch } from '../../protocol/message';
import type { CommandId } from '../commands/table';
import { DELIVERY_PANEL } from './lazyPanels';
import { webviewHtml } from './webviewHtml';

function commandOf(act: Exclude<DeliveryAct, 'openJson'>, { pinned }: DeliveryRecord): CommandId {
  switch (act) {
    case 'replay':
      return 'dataverseWebhooks.replayDeliveries';
    case 'edit':
      return 'dataverseWebhooks.editDelivery';
    case 'compare':
      return 'dataverseWebhooks.compareDeliveries';
    case 'pin':
      return pinned ? 'dataverseWebhooks.unpinDeliveries' : 'dataverseWebhooks.pinDeliveries';
    case 'export':
      return 'dataverseWebhooks.exportDeliveries';
  }
}

/** The page of one delivery. It shows the delivery that was asked for last, and comes back with its window. */
export class DeliveryPanels implements Disposable, vscode.WebviewPanelSerializer {
  readonly #extensionUri: vscode.Uri;
  readonly #deliveries: DeliveryLog;
  readonly #openJson: (record: DeliveryRecord) => Promise<void>;
  readonly #restored: Promise<unknown>;
  readonly #log: Log;
  #open: { readonly panel: vscode.WebviewPanel; readonly store: DisposableStore } | undefined;
  #id = '';
  #ready = false;
  #shown: DeliveryRecord | undefined;
  /** What is on screen, so that a burst of other deliveries does not draw the page anew. */
  #versionShown: readonly DeliveryRecord[] = [];

  /**
   * @param openJson opens the body in an editor
   * @param restored resolves when the deliveries of the window before are there
   */
  constructor(
    extensionUri: vscode.Uri,
    deliveries: DeliveryLog,
    openJson: (record: DeliveryRecord) => Promise<void>,
    restored: Promise<unknown>,
    log: Log,
  ) {
    this.#extensionUri = extensionUri;
    this.#deliveries = deliveries;
    this.#openJson = openJson;
    this.#restored = restored;
    this.#log = log;
  }

  show(record: DeliveryRecord): void {
    this.#id = record.id;
    if (this.#open === undefined) this.#take(createPanel());
    else this.#open.panel.reveal(undefined, true);
    this.#fill();
  }

  /** Brings the page back after the window was reloaded; one whose delivery is not kept any more is closed. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, kept: unknown): Promise<void> {
    const state = KeptDeliveryPage.safeParse(kept);
    if (!state.success || this.#open !== undefined) {
      panel.dispose();
      return;
    }
    this.#id = state.data.id;
    this.#take(panel);
    this.#fill();
    await this.#restored;
    if (this.#deliveries.find(this.#id) === undefined) this.#close(panel);
  }

  /** Closes a panel unless it was closed meanwhile. */
  #close(panel: vscode.WebviewPanel): void {
    if (this.#open?.panel === panel) panel.dispose();
  }

  dispose(): void {
    this.#open?.panel.dispose();
  }

  #take(panel: vscode.WebviewPanel): void {
    panel.webview.options = {
      enableScripts: true,
      localResourceRoots: [this.#uri('dist', 'webview'), this.#uri('media')],
    };
    const store = new DisposableStore();
    this.#open = { panel, store };
    this.#ready = false;
    panel.iconPath = {
      light: this.#uri('media', 'delivery-light.svg'),
      dark: this.#uri('media', 'delivery-dark.svg'),
    };
    store.add(panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(message)));
    store.add(this.#deliveries.onDidChange(() => this.#fill()));
    store.add(
      panel.onDidDispose(() => {
        store.dispose();
        this.#open = undefined;
      }),
    );
    const address = (...segments: string[]): string =>
      panel.webview.asWebviewUri(this.#uri(...segments)).toString();
    panel.webview.html = webviewHtml({
      title: panel.title,
      cspSource: panel.webview.cspSource,
      script: address('dist', 'webview', 'delivery.js'),
      styles: [address('media', 'jobs.css'), address('media', 'delivery.css')],
      language: vscode.env.language,
    });
  }

  /** Shows the record as it is now; one that is gone stays on screen as it was. */
  #fill(): void {
    const record = this.#deliveries.find(this.#id);
    const panel = this.#open?.panel;
    if (record === undefined || panel === undefined || !this.#ready) return;
    const related = relatedTo(record, this.#deliveries.kept.records);
    const version = [record, ...related];
    if (
      this.#versionShown.length === version.length &&
      version.every((one, at) => one === this.#versionShown[at])
    )
      return;
    this.#versionShown = version;
    this.#shown = record;
    panel.title = deliveryName(record);
    void panel.webview.postMessage({
      method: ToDeliveryPage.show.method,
      params: deliveryPage(record, related),
    });
  }

  #receive(message: unknown): void {
    const outcome = dispatch(
      FromDeliveryPage,
      {
        // The page also comes anew when its tab was hidden.
        ready: () => {
          this.#ready = true;
          this.#versionShown = [];
          this.#fill();
        },
        act: ({ act }) => this.#act(act),
        copy: ({ part }) => void this.#copy(part),
        open: ({ id }) => {
          const record = this.#deliveries.find(id);
          if (record !== undefined) this.show(record);
        },
      },
      message,
    );
    if (outcome !== 'handled') this.#log.warn(`Delivery: a message of the page was ignored (${outcome})`);
  }

  #act(act: DeliveryAct): void {
    const record = this.#deliveries.find(this.#id);
    if (record === undefined) return;
    if (act === 'openJson') void this.#openJson(record);
    else {
      const node = { kind: 'delivery', deliveryId: record.id };
      void vscode.commands.executeCommand(commandOf(act, record), node);
    }
  }

  async #copy(part: CopiedPart): Promise<void> {
    const record = this.#shown;
    if (record === undefined) return;
    const { request, answer } = record;
    const headers = request.headers.map(
      ([name, value]) => `${name}: ${typeof value === 'string' ? value : '•••'}`,
    );
    const texts: Readonly<Record<CopiedPart, string>> = {
      body: request.body,
      headers: headers.join('\n'),
      answer: answer?.body ?? '',
    };
    await vscode.env.clipboard.writeText(texts[part]);
  }

  #uri(...segments: string[]): vscode.Uri {
    return vscode.Uri.joinPath(this.#extensionUri, ...segments);
  }
}

function createPanel(): vscode.WebviewPanel {
  return vscode.window.createWebviewPanel(
    DELIVERY_PANEL,
    vscode.l10n.t('Delivery'),
    { viewColumn: vscode.ViewColumn.Active, preserveFocus: false },
    { enableScripts: true },
  );
}
