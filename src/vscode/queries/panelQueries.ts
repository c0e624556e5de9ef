import * as vscode from 'vscode';
import type { z } from 'zod/mini';
import type { Disposable } from '../../base/disposable';
import type { Handlers } from '../../protocol/message';
import { ToQueryPage, type FromQueryPage } from '../../protocol/queries';
import { addressOfQuery } from '../../presentation/queries/queryAddress';
import { unsentReason } from '../../presentation/queries/unsent';
import { QueryDesk } from '../../presentation/queries/queryDesk';
import { SuggestionDesk } from '../../presentation/queries/suggestionDesk';
import type { Connection } from '../connections';
import { chooseQuery, editQuery, saveQuery } from './queryFiles';
import type { QueryParts } from './queryParts';

/** The payloads of the messages by name. */
type Messages = {
  [K in keyof typeof FromQueryPage]: z.infer<(typeof FromQueryPage)[K]['params']>;
};

export type QueryHandlers = Handlers<Messages>;

/** What the log says of names that are missing among what is suggested. */
export const NOT_SUGGESTED = {
  tables: 'The tables of a query could not be looked up.',
  choices: 'The choices of a column could not be read.',
} as const;

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
  const suggestions = new SuggestionDesk(
    connection.metadata,
    (found) => post(ToQueryPage.suggestions.method, found),
    ({ part, error }) => report.background(error, NOT_SUGGESTED[part]),
  );
  const attempt = (undone: string, work: () => Promise<void>): Promise<void> =>
    report.attempt({ undone, environment }, async () => {
      try {
        await work();
      } catch (error) {
        // The user's own text or file: nothing went wrong that a log or a retry would help with.
        const reason = unsentReason(error);
        if (reason === undefined) throw error;
        report.info(`${undone} ${reason}`);
      }
    });
  return {
    check: ({ serial, ...query }) => void desk.check(query, serial),
    suggest: ({ serial, offset, ...query }) => void suggestions.suggest(query, offset, serial),
    choose: () =>
      void attempt(vscode.l10n.t('The query was not opened.'), async () => {
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
      void attempt(vscode.l10n.t('The address was not copied.'), async () =>
        vscode.env.clipboard.writeText(
          await addressOfQuery(query, environment.url, connection.metadata, lifetime),
        ),
      ),
    dispose: () => {
      desk.dispose();
      suggestions.dispose();
    },
  };
}
