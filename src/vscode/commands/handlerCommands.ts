import * as vscode from 'vscode';
import { CancelledError } from '../../base/errors';
import { launchFile } from '../../handlers/debugFiles';
import {
  TYPE_LANGUAGES,
  type GeneratedFile,
  type HandlerStep,
  type TypeLanguage,
} from '../../handlers/model';
import {
  filesToWrite,
  generated,
  generateHandlerWizard,
  generateStart,
  type GenerateAnswers,
  type GenerateContext,
  type HandlerFolder,
} from '../../presentation/flows/generateHandler';
import { handlerStep, isHandled } from '../../presentation/handlers/handlerFacts';
import { languageTexts } from '../../presentation/handlers/handlerTexts';
import type { TreeNode } from '../../presentation/tree/treeItems';
import { parseKeptAuth } from '../../webhooks/keptAuth';
import type { Step, Webhook } from '../../webhooks/model';
import { runWizard } from '../../wizard/wizard';
import type { Connection } from '../connections';
import { quickInputUi } from '../quickInput';
import type { Services } from './services';
import type { Handlers } from './table';
import { pickOne, targetStep } from './targets';

type HandlerCommands = Pick<
  Handlers,
  'dataverseWebhooks.generateHandler' | 'dataverseWebhooks.generateTypes'
>;

/** Commands that write code for what a step delivers. */
export function handlerCommands(services: Services): HandlerCommands {
  return {
    'dataverseWebhooks.generateHandler': (nodes) => generate(services, nodes),
    'dataverseWebhooks.generateTypes': (nodes) => showTypes(services, nodes),
  };
}

interface Target {
  readonly connection: Connection;
  readonly webhook: Webhook;
  readonly step: Step;
}

/** The step as it is now, chosen among those of a webhook where the command was called on one. */
async function handledStep(services: Services, nodes: readonly TreeNode[]): Promise<Target> {
  const [node] = nodes;
  const onWebhook = node?.kind === 'webhook' ? node.webhook.id : undefined;
  const accept = (step: Step): boolean =>
    isHandled(step) && (onWebhook === undefined || step.webhookId === onWebhook);
  const { connection, step: known } = await targetStep(services, nodes, accept);
  const undone = vscode.l10n.t('Could not load the step "{name}".', { name: known.name });
  const [step, webhook] = await services.report.need({ undone, environment: connection.profile }, () =>
    services.tree.withProgress(() =>
      Promise.all([
        connection.webhooks.step(known.id, services.lifetime),
        connection.webhooks.webhook(known.webhookId, services.lifetime),
      ]),
    ),
  );
  return { connection, step, webhook };
}

async function generate(services: Services, nodes: readonly TreeNode[]): Promise<void> {
  const { connection, step, webhook } = await handledStep(services, nodes);
  const { profile } = connection;
  const undone = vscode.l10n.t('Could not generate the handler for "{name}".', { name: step.name });
  await services.report.attempt({ undone, environment: profile }, async () => {
    const facts = await services.tree.withProgress(() =>
      handlerStep(connection.metadata, step, webhook.name, services.lifetime),
    );
    const context = await generateContext(services, connection, webhook, facts);
    const ui = quickInputUi(profile.name);
    const answers = await runWizard(
      generateHandlerWizard(context),
      ui,
      generateStart(context),
      services.lifetime,
    );
    await write(services, context, answers);
  });
}

async function generateContext(
  services: Services,
  { profile }: Connection,
  webhook: Webhook,
  step: HandlerStep,
): Promise<GenerateContext> {
  const kept = await services.keptSecrets.get(profile.id, webhook.id);
  const auth = kept === undefined ? undefined : parseKeptAuth(kept);
  const isKnown = auth !== undefined && auth.type !== 'webhookKey' && auth.type === webhook.authType;
  const { generateHandler } = await import('../../handlers/handler');
  return {
    generate: generateHandler,
    step,
    // An authentication of another kind of endpoint does not occur on a webhook; the key is the simplest.
    authType: webhook.authType === 'other' ? 'webhookKey' : webhook.authType,
    knownNames: isKnown ? auth.pairs.map(({ name }) => name) : [],
    folders: workspaceFolders,
    browse,
    existing: existingFiles,
    show: async (file) => {
      const document = await vscode.workspace.openTextDocument({
        content: file.text,
        language: languageOf(file.path),
      });
      await vscode.window.showTextDocument(document, { preview: true, preserveFocus: true });
    },
  };
}

function workspaceFolders(projectName: string): readonly HandlerFolder[] {
  return (vscode.workspace.workspaceFolders ?? []).flatMap(({ uri, name }) => {
    const inside = vscode.Uri.joinPath(uri, projectName);
    return [
      { label: `${name}/${projectName}`, uri: inside.toString() },
      { label: name, uri: uri.toString() },
    ];
  });
}

async function browse(): Promise<HandlerFolder | undefined> {
  const [chosen] =
    (await vscode.window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      openLabel: vscode.l10n.t('Choose Folder'),
    })) ?? [];
  return chosen === undefined
    ? undefined
    : { label: vscode.workspace.asRelativePath(chosen, true), uri: chosen.toString() };
}

async function existingFiles(
  folder: HandlerFolder,
  files: readonly GeneratedFile[],
): Promise<readonly string[]> {
  const root = vscode.Uri.parse(folder.uri, true);
  const there = await Promise.all(files.map(({ path }) => isThere(vscode.Uri.joinPath(root, path))));
  return files.filter((_, index) => there[index]).map(({ path }) => path);
}

async function isThere(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return false;
    throw error;
  }
}

async function write(services: Services, context: GenerateContext, answers: GenerateAnswers): Promise<void> {
  const handler = generated(context, answers);
  if (handler === undefined || answers.kind === undefined || answers.folder === undefined) return;
  const root = vscode.Uri.parse(answers.folder.uri, true);
  for (const { path, text } of filesToWrite(handler, answers))
    await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(root, path), Buffer.from(text, 'utf8'));
  const request = {
    kind: answers.kind,
    step: context.step,
    auth: { type: context.authType, names: answers.names },
    sampleBody: '',
  };
  const { handlerDebugging } = await import('../../handlers/handler');
  await addDebugging(root, (folder) => handlerDebugging(request, handler.name, folder));
  const main = vscode.Uri.joinPath(root, handler.mainFile);
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(main));
  services.report.info(
    vscode.l10n.t('The handler is in {folder}. Start Debugging runs it together with the sandbox.', {
      folder: answers.folder.label,
    }),
  );
}

/**
 * Start Debugging finds configurations in the workspace only. They are added to those that are there, by the editor itself,
 * which keeps comments; outside of the workspace the handler gets a file of its own.
 */
async function addDebugging(root: vscode.Uri, make: (folder: string) => readonly object[]): Promise<void> {
  const workspace = vscode.workspace.getWorkspaceFolder(root);
  if (workspace === undefined) {
    const file = launchFile(make('${workspaceFolder}'));
    const target = vscode.Uri.joinPath(root, file.path);
    if (!(await isThere(target))) await vscode.workspace.fs.writeFile(target, Buffer.from(file.text, 'utf8'));
    return;
  }
  const relative = root.path.slice(workspace.uri.path.length).replace(/^\/+/, '');
  const made = make(relative === '' ? '${workspaceFolder}' : `\${workspaceFolder}/${relative}`);
  const launch = vscode.workspace.getConfiguration('launch', workspace.uri);
  const given = launch.inspect<readonly unknown[]>('configurations')?.workspaceFolderValue ?? [];
  const names = new Set(made.map(nameOf));
  const kept = given.filter((configuration) => !names.has(nameOf(configuration)));
  await launch.update('configurations', [...kept, ...made], vscode.ConfigurationTarget.WorkspaceFolder);
}

function nameOf(configuration: unknown): unknown {
  return typeof configuration === 'object' && configuration !== null && 'name' in configuration
    ? configuration.name
    : undefined;
}

async function showTypes(services: Services, nodes: readonly TreeNode[]): Promise<void> {
  const { connection, step, webhook } = await handledStep(services, nodes);
  const { profile } = connection;
  const languages = TYPE_LANGUAGES.filter(
    (language) => language === 'jsonSchema' || step.table !== undefined,
  );
  const choices = languages.map((value) => ({ value, ...languageTexts(value) }));
  const none = vscode.l10n.t('There are no types for this step.');
  const language = await pickOne<TypeLanguage>(
    services,
    vscode.l10n.t('Language of the types'),
    choices,
    none,
  );
  const undone = vscode.l10n.t('Could not generate the types for "{name}".', { name: step.name });
  await services.report.attempt({ undone, environment: profile }, async () => {
    const text = await services.tree.withProgress(async () =>
      (await import('../../handlers/handler')).generateTypes(
        language,
        await handlerStep(connection.metadata, step, webhook.name, services.lifetime),
      ),
    );
    if (text === undefined) throw new CancelledError();
    const ids = { typescript: 'typescript', csharp: 'csharp', jsonSchema: 'json' };
    await vscode.window.showTextDocument(
      await vscode.workspace.openTextDocument({ content: text, language: ids[language] }),
    );
  });
}

/** The editor's language of a file, by its ending. */
function languageOf(path: string): string {
  const ending = /\.(\w+)$/.exec(path)?.[1] ?? '';
  const languages: Readonly<Record<string, string>> = {
    ts: 'typescript',
    cs: 'csharp',
    json: 'json',
    md: 'markdown',
    csproj: 'xml',
  };
  return languages[ending] ?? 'plaintext';
}
