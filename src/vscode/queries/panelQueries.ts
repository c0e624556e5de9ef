import * as vscode from 'vscode';
import type { z } from 'zod/mini';
import type { Disposable } from '../../base/disposable';
import type { Handlers } from '../../protocol/message';
import { ToQueryPage, type FromQueryPage } from '../../protocol/queries';
import { QueryDesk } from '../../presentation/queries/queryDesk';
import type { Connection } from '../connections';
import { addressOfQuery, chooseQuery, editQuery, saveQuery } from './queryFiles';
import type { QueryParts } from './queryParts';

/** The payloads of the messages by name. */
type Messages = {
  [K in keyof typeof FromQueryPage]: z.infer<(typeof FromQueryPage)[K]['params']>;
};

export type QueryHandlers = Handlers<Messages>;

/** What a page can ask about its query, for the panel of one environment. */
export function panelQueries(
  parts: QueryParts,
  connection: Connection,
  webview: vscode.Webview,
): QueryHandlers & Disposable {
  const { report, lifetime, history, documents } = parts;
  const environment = connection.profile;
  const post = (method: string, params: unknown): void => void webview.postMessage({ method, params });
  const desk = new QueryDesk(
    connection.metadata,
    (checked) => post(ToQueryPage.checked.method, checked),
    (error) => report.background(error, 'The tables of a query could not be looked up.'),
  );
  return {
    check: ({ serial, ...query }) => void desk.check(query, serial),
    choose: () =>
      void report.attempt({ undone: vscode.l10n.t('The query was not opened.'), environment }, async () => {
        const query = await chooseQuery(connection, history, lifetime);
        if (query !== undefined)
          post(ToQueryPage.load.method, { language: query.language, text: query.text });
      }),
    save: (query) =>
      void report.attempt({ undone: vscode.l10n.t('The query was not saved.') }, async () =>
        saveQuery(query),
      ),
    edit: (query) =>
      void report.attempt({ undone: vscode.l10n.t('The query was not opened.') }, async () =>
        editQuery(query, environment.id, documents),
      ),
    address: (query) =>
      void report.attempt({ undone: vscode.l10n.t('The address was not copied.'), environment }, async () =>
        vscode.env.clipboard.writeText(await addressOfQuery(query, connection, lifetime)),
      ),
    dispose: () => desk.dispose(),
  };
}
