import * as vscode from 'vscode';
import { CancelledError } from '../../base/errors';
import { writeFetchXml } from '../../dataverse/fetchXml';
import type { Table } from '../../dataverse/metadata';
import { readableFetchXml } from '../../jobs/queryText';
import { readable, reasonTexts } from '../../presentation/queries/queryDesk';
import { problemText } from '../../presentation/queries/queryTexts';
import { translationOf } from '../../queries/inSchema';
import { withSchema } from '../../queries/schema';
import { MalformedQueryError, refuseMalformed, type WrittenQuery } from '../../queries/written';
import { BACK, type PickChoice } from '../../wizard/ui';
import type { Connection } from '../connections';
import { quickInputUi } from '../quickInput';
import { languageOf } from '../language/languages';
import { editQuery } from '../queries/queryFiles';
import type { Services } from './services';
import type { Handlers, Resource } from './table';
import { targetEnvironment } from './targets';

type QueryCommands = Pick<
  Handlers,
  | 'dataverseWebhooks.newQuery'
  | 'dataverseWebhooks.runQuery'
  | 'dataverseWebhooks.translateQuery'
  | 'dataverseWebhooks.chooseQueryEnvironment'
>;

/** Commands about queries in editors. */
export function queryCommands(services: Services): QueryCommands {
  return {
    'dataverseWebhooks.newQuery': async (nodes) => {
      const connection = await targetEnvironment(services, nodes);
      const table = await pickTable(connection, services.lifetime);
      const text = readableFetchXml(
        writeFetchXml({
          top: 50,
          entity: {
            name: table.logicalName,
            attributes: [table.primaryNameColumn ?? table.primaryIdColumn ?? []].flat(),
            ...(table.primaryNameColumn === undefined ? {} : { orders: [table.primaryNameColumn] }),
          },
        }),
      );
      await editQuery({ language: 'fetchXml', text }, connection.profile.id, services.queries.documents);
    },
    'dataverseWebhooks.runQuery': async (_, resource) => {
      const { document, query } = await queryOf(resource);
      if (!(await isReadable(services, document, query))) return;
      const connection = await environmentOf(services, document);
      (await services.panels.load()).showQuery(connection, query);
    },
    'dataverseWebhooks.translateQuery': async (_, resource) => {
      const { document, query } = await queryOf(resource);
      const connection = await environmentOf(services, document);
      const undone = vscode.l10n.t('Could not translate the query.');
      const translation = await services.report.need({ undone, environment: connection.profile }, () =>
        withSchema(connection.metadata, services.lifetime, (schema) => translationOf(query, schema)),
      );
      if (translation.kind === 'none') {
        const reasons = reasonTexts(query.text, translation.reasons).slice(0, 5).join(' ');
        services.report.info(vscode.l10n.t('The query does not translate exactly. {reasons}', { reasons }));
        return;
      }
      const language = query.language === 'fetchXml' ? 'webApi' : 'fetchXml';
      const text = readable(query.language, translation.text);
      await editQuery({ language, text }, connection.profile.id, services.queries.documents);
    },
    'dataverseWebhooks.chooseQueryEnvironment': async (_, resource) => {
      const { document } = await queryOf(resource);
      const connection = await targetEnvironment(services, []);
      services.queries.documents.assign(document.uri, connection.profile.id);
    },
  };
}

/** The query of a document, by default of the editor that is used; cancels when there is none. */
async function queryOf(
  resource: Resource | undefined,
): Promise<{ readonly document: vscode.TextDocument; readonly query: WrittenQuery }> {
  const document =
    resource === undefined
      ? vscode.window.activeTextEditor?.document
      : await vscode.workspace.openTextDocument(resource);
  const language = document === undefined ? undefined : languageOf(document);
  if (document === undefined || language === undefined) throw new CancelledError();
  return { document, query: { language, text: document.getText() } };
}

/** The environment of a document; asks for it once when there are several. */
async function environmentOf(services: Services, document: vscode.TextDocument): Promise<Connection> {
  const known = services.queries.documents.of(document.uri);
  if (known !== undefined) return known;
  const connection = await targetEnvironment(services, []);
  services.queries.documents.assign(document.uri, connection.profile.id);
  return connection;
}

/** A query that cannot be read is not run: the caret goes where it cannot. */
async function isReadable(
  services: Services,
  document: vscode.TextDocument,
  query: WrittenQuery,
): Promise<boolean> {
  try {
    refuseMalformed(query);
    return true;
  } catch (error) {
    if (!(error instanceof MalformedQueryError)) throw error;
    const { start, end } = error.problem.range;
    const selection = new vscode.Range(document.positionAt(start), document.positionAt(end));
    await vscode.window.showTextDocument(document, { selection });
    services.report.info(
      vscode.l10n.t('The query was not run. {problem}', { problem: problemText(error.problem) }),
    );
    return false;
  }
}

async function pickTable(connection: Connection, signal: AbortSignal): Promise<Table> {
  const place = { title: vscode.l10n.t('New Query'), number: 1, total: 1, canGoBack: false };
  const choices = async (asking: AbortSignal): Promise<ReadonlyArray<PickChoice<Table>>> =>
    (await connection.metadata.tables(asking)).map((table) => ({
      value: table,
      label: table.label,
      description: table.logicalName,
    }));
  const placeholder = vscode.l10n.t('Table that the query begins with');
  const chosen = await quickInputUi(connection.profile.name).pick(place, { placeholder, choices }, signal);
  if (chosen === BACK) throw new CancelledError();
  return chosen;
}
