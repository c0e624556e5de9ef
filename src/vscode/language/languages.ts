import type * as vscode from 'vscode';
import type { WrittenQuery } from '../../queries/written';

/** Ids of the languages in the editor. */
export const FETCH_XML = 'fetchxml';
export const WEB_API = 'dataverse-webapi';

/** The language of a document with a query; undefined for any other document. */
export function languageOf({ languageId }: vscode.TextDocument): WrittenQuery['language'] | undefined {
  if (languageId === FETCH_XML) return 'fetchXml';
  return languageId === WEB_API ? 'webApi' : undefined;
}
