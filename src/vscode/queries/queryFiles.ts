import * as vscode from 'vscode';
import { BACK } from '../../wizard/ui';
import { queryOfFile } from '../../presentation/queries/queryFile';
import { queryName } from '../../presentation/queries/queryNames';
import type { WrittenQuery } from '../../queries/written';
import type { Connection } from '../connections';
import { FETCH_XML, WEB_API } from '../language/languages';
import { quickInputUi } from '../quickInput';
import type { QueryDocuments } from './queryDocuments';
import type { QueryHistory } from './queryHistory';
import { momentText } from '../../presentation/texts/readerLocale';

/** How files of a language end. */
const ENDINGS: Readonly<Record<WrittenQuery['language'], string>> = {
  fetchXml: 'fetchxml',
  webApi: 'odata',
};

/** Files of the workspace that are offered; more are found with the editor's own search. */
const MOST_FILES = 50;

type Chosen = WrittenQuery | vscode.Uri | 'browse';

/** Offers the queries that were run before, and the files with queries; undefined when none was chosen. */
export async function chooseQuery(
  connection: Connection,
  history: QueryHistory,
  signal: AbortSignal,
): Promise<WrittenQuery | undefined> {
  const files = await vscode.workspace.findFiles(
    `**/*.{${Object.values(ENDINGS).join(',')}}`,
    '**/node_modules/**',
    MOST_FILES,
  );
  const past = history.of(connection.profile.id).map((query) => ({
    value: query,
    ...queryName(query),
    group: vscode.l10n.t('Recent'),
    detail: `${languageName(query.language)}, ${momentText(new Date(query.time))}`,
  }));
  const found = files.map((uri) => ({
    value: uri,
    label: vscode.workspace.asRelativePath(uri),
    group: vscode.l10n.t('Files'),
  }));
  const browse = {
    value: 'browse' as Chosen,
    label: vscode.l10n.t('Open File…'),
    group: vscode.l10n.t('Files'),
  };
  const place = { title: vscode.l10n.t('Open Query'), number: 1, total: 1, canGoBack: false };
  const choices = [...past, ...found, browse];
  const placeholder = vscode.l10n.t('A query that was run before, or a file');
  const chosen = await quickInputUi(connection.profile.name).pick(place, { placeholder, choices }, signal);
  if (chosen === BACK) return undefined;
  if (chosen === 'browse') {
    const filters = { [vscode.l10n.t('Queries')]: [...Object.values(ENDINGS), 'xml', 'txt'] };
    const [uri] = (await vscode.window.showOpenDialog({ filters })) ?? [];
    return uri === undefined ? undefined : readQuery(uri);
  }
  return chosen instanceof vscode.Uri ? readQuery(chosen) : chosen;
}

function languageName(language: WrittenQuery['language']): string {
  return language === 'fetchXml' ? vscode.l10n.t('FetchXML') : vscode.l10n.t('Web API');
}

async function readQuery(uri: vscode.Uri): Promise<WrittenQuery> {
  const { size } = await vscode.workspace.fs.stat(uri);
  const read = () => vscode.workspace.fs.readFile(uri);
  return queryOfFile({ name: vscode.workspace.asRelativePath(uri), size, read });
}

/** Writes a query to a file of the user's choice, and opens it there. */
export async function saveQuery(query: WrittenQuery): Promise<void> {
  const ending = ENDINGS[query.language];
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const name = `${
    queryName(query)
      .label.replace(/[^\w-]+/g, '-')
      .slice(0, 60) || 'query'
  }.${ending}`;
  const target = await vscode.window.showSaveDialog({
    filters: { [languageName(query.language)]: [ending] },
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, name) }),
  });
  if (target !== undefined) await vscode.workspace.fs.writeFile(target, Buffer.from(query.text, 'utf8'));
}

/** Opens a query in an editor of its own, which remembers the environment. */
export async function editQuery(
  query: WrittenQuery,
  environmentId: string,
  documents: QueryDocuments,
): Promise<void> {
  const document = await vscode.workspace.openTextDocument({
    language: query.language === 'fetchXml' ? FETCH_XML : WEB_API,
    content: query.text,
  });
  documents.assign(document.uri, environmentId);
  await vscode.window.showTextDocument(document, { preview: false });
}
