import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../base/disposable';
import type { EnvironmentList } from '../environments/environmentList';
import type { EnvironmentProfile } from '../environments/profile';
import type { SignInSessions } from '../environments/signInSessions';
import { colorText } from '../presentation/texts/environmentTexts';
import { environmentColor } from './environmentColors';
import type { WebhookTree } from './tree/webhookTree';

/**
 * The item in the status bar: the environment that was used last in the tree, and whether somebody has to sign in to
 * it. A warning background only then. The environment's colour is a mark beside the name, because nobody knows what
 * background a theme gives the bar, and the name must be readable on all.
 */
export class EnvironmentStatus implements Disposable {
  readonly #list: EnvironmentList;
  readonly #sessions: SignInSessions;
  readonly #store = new DisposableStore();
  readonly #mark: vscode.StatusBarItem;
  readonly #item: vscode.StatusBarItem;
  #environmentId: string | undefined;

  constructor(list: EnvironmentList, sessions: SignInSessions, tree: WebhookTree) {
    this.#list = list;
    this.#sessions = sessions;
    // Higher numbers stand farther to the left.
    this.#mark = this.#store.add(
      vscode.window.createStatusBarItem('dataverseWebhooks.color', vscode.StatusBarAlignment.Left, 0.1),
    );
    this.#mark.name = vscode.l10n.t('Color of the Dataverse environment');
    this.#mark.text = '$(circle-filled)';
    this.#item = this.#store.add(
      vscode.window.createStatusBarItem('dataverseWebhooks.environment', vscode.StatusBarAlignment.Left, 0),
    );
    this.#item.name = vscode.l10n.t('Dataverse environment');
    this.#store.add(list.onDidChange(() => this.#show()));
    this.#store.add(sessions.onDidChange(() => this.#show()));
    this.#store.add(
      tree.onDidSelect((environmentId) => {
        this.#environmentId = environmentId;
        this.#show();
      }),
    );
    this.#show();
  }

  dispose(): void {
    this.#store.dispose();
  }

  #show(): void {
    const profile = this.#list.find(this.#environmentId ?? '') ?? this.#list.profiles[0];
    if (profile === undefined) {
      this.#item.hide();
      this.#mark.hide();
      return;
    }
    const signedOut = this.#sessions.state(profile.id)?.kind === 'needed';
    this.#item.text = `$(${signedOut ? 'warning' : 'server'}) ${iconFree(profile.name)}`;
    this.#item.tooltip = tooltip(profile, signedOut);
    // Otherwise the icon would be read by its name, and the environment twice.
    this.#item.accessibilityInformation = {
      label: `${vscode.l10n.t('Dataverse environment')}: ${this.#item.tooltip}`,
    };
    this.#item.command = signedOut
      ? {
          command: 'dataverseWebhooks.signIn',
          title: vscode.l10n.t('Sign In'),
          arguments: [{ kind: 'environment', environmentId: profile.id }],
        }
      : 'workbench.view.extension.dataverseWebhooks';
    this.#item.backgroundColor = signedOut
      ? new vscode.ThemeColor('statusBarItem.warningBackground')
      : undefined;
    this.#item.show();
    this.#showMark(profile);
  }

  #showMark({ color, name }: EnvironmentProfile): void {
    if (color === undefined) {
      this.#mark.hide();
      return;
    }
    this.#mark.color = environmentColor(color);
    this.#mark.tooltip = vscode.l10n.t('{environment}: {color}', {
      environment: name,
      color: colorText(color),
    });
    this.#mark.accessibilityInformation = { label: this.#mark.tooltip };
    this.#mark.show();
  }
}

function tooltip(profile: EnvironmentProfile, signedOut: boolean): string {
  const lines = [profile.name, profile.url];
  if (profile.production === true) lines.push(vscode.l10n.t('Production: every write asks first'));
  if (profile.readOnly === true) lines.push(vscode.l10n.t('Read-only: every write is refused'));
  if (signedOut) lines.push(vscode.l10n.t('The session has ended. Click to sign in.'));
  return lines.join('\n');
}

function iconFree(name: string): string {
  return name.replace(/\$\(/g, '$ (');
}
