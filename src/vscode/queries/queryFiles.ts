import * as vscode from 'vscode';
import { AppError } from '../../base/errors';
import { LONGEST_QUERY } from '../../base/queryLimit';
import { BACK } from '../../wizard/ui';
import { fetchPath } from '../../dataverse/odata';
import { DataverseError } from '../../dataverse/errors';
import { readFetchXml } from '../../dataverse/fetchXmlText';
import { webApiPath } from '../../jobs/queryText';
import { queryName } from '../../presentation/queries/queryNames';
import { refuseMalformed, type WrittenQuery } from '../../queries/written';
import type { Connection } from '../connections';
import { FETCH_XML, WEB_API } from '../language/languages';
import { quickInputUi } from '../quickInput';
import type { QueryDocuments } from './queryDocuments';
import type { QueryHistory } from './queryHistory';
import { momentText } from '../../presentation/texts/readerLocale';

/** How files of a language end. */
export const ENDINGS: Readonly<Record<WrittenQuery['language'], string>> = {
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

/** A file that is longer than a query can be. */
export class LongFileError extends AppError<'tooLong'> {
  override readonly name = 'LongFileError';
}

/** @throws LongFileError; of a file of many megabytes nothing is read. */
async function readQuery(uri: vscode.Uri): Promise<WrittenQuery> {
  const { size } = await vscode.workspace.fs.stat(uri);
  const long = new LongFileError('tooLong', 'The file is longer than a query can be');
  // A UTF-16 unit takes three bytes at most.
  if (size > 3 * LONGEST_QUERY) throw long;
  const bytes = await vscode.workspace.fs.readFile(uri);
  const text = Buffer.from(bytes)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
  if (text.length > LONGEST_QUERY) throw long;
  return { language: text.trimStart().startsWith('<') ? 'fetchXml' : 'webApi', text };
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

/**
 * The whole address of a query.
 * @throws MalformedQueryError, QueryTextError, DataverseError
 */
export async function addressOfQuery(
  query: WrittenQuery,
  connection: Connection,
  signal: AbortSignal,
): Promise<string> {
  refuseMalformed(query);
  const root = `${new URL(connection.profile.url).origin}/api/data/v9.2/`;
  if (query.language === 'webApi') return root + webApiPath(query.text);
  const { entityName } = readFetchXml(query.text);
  const table = await connection.metadata.table(entityName, signal);
  if (table?.entitySetName === undefined)
    throw new DataverseError('notFound', `There is no table ${entityName}`);
  return root + fetchPath(table.entitySetName, query.text);
}
