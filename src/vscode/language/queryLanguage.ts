import * as vscode from 'vscode';
import { DisposableStore, toDisposable, type Disposable } from '../../base/disposable';
import { CancelledError } from '../../base/errors';
import { QueryDesk } from '../../presentation/queries/queryDesk';
import type { QueryChecked } from '../../protocol/queries';
import type { SchemaSource } from '../../queries/schema';
import { TYPING_PAUSE } from '../../wizard/textCheck';
import type { QueryParts } from '../queries/queryParts';
import { languageOf } from './languages';
import { FetchHover, QueryCompletion } from './fetchProviders';
import { QueryLenses } from './queryLenses';

const FETCH = { language: 'fetchxml' };
const WEB_API = { language: 'dataverse-webapi' };
const ALL = [FETCH, WEB_API];
/** What is followed by a name in a Web API query. */
const WEB_API_MARKS = ['?', '&', '$', '=', '(', ',', ';', '/', "'", ' '];

/** An environment that is not chosen yet has no tables to tell. */
const NO_TABLES: SchemaSource = {
  tables: () => Promise.reject(new CancelledError()),
  columns: () => Promise.reject(new CancelledError()),
  dateBehaviors: () => Promise.reject(new CancelledError()),
  relations: () => Promise.reject(new CancelledError()),
};

/** Marks, completion, hovers and the *Run* lens for documents with queries. Nothing is asked before one is open. */
export function queryLanguage(parts: QueryParts): Disposable {
  const store = new DisposableStore();
  const { languages } = vscode;
  const fetch = new QueryCompletion(parts, 'fetchXml');
  store.add(languages.registerCompletionItemProvider(FETCH, fetch, '<', '"', "'", ' '));
  const webApi = new QueryCompletion(parts, 'webApi');
  store.add(languages.registerCompletionItemProvider(WEB_API, webApi, ...WEB_API_MARKS));
  store.add(languages.registerHoverProvider(FETCH, new FetchHover(parts)));
  store.add(languages.registerCodeLensProvider(ALL, store.add(new QueryLenses(parts.documents))));
  store.add(new QueryMarks(parts));
  return store;
}

/** The marks of all open documents with queries, anew after a pause in typing. */
class QueryMarks implements Disposable {
  readonly #parts: QueryParts;
  readonly #store = new DisposableStore();
  readonly #shown: vscode.DiagnosticCollection;
  readonly #open = new Map<string, { readonly desk: QueryDesk; timer: NodeJS.Timeout | undefined }>();

  constructor(parts: QueryParts) {
    this.#parts = parts;
    this.#shown = this.#store.add(vscode.languages.createDiagnosticCollection('dataverse-query'));
    const { workspace } = vscode;
    this.#store.add(workspace.onDidOpenTextDocument((document) => this.#check(document)));
    this.#store.add(workspace.onDidChangeTextDocument(({ document }) => this.#soon(document)));
    this.#store.add(workspace.onDidCloseTextDocument((document) => this.#forget(document)));
    this.#store.add(parts.documents.onDidChange(() => this.#all()));
    this.#store.add(toDisposable(() => this.#end()));
    this.#all();
  }

  dispose(): void {
    this.#store.dispose();
  }

  #all(): void {
    this.#end();
    for (const document of vscode.workspace.textDocuments) this.#check(document);
  }

  #end(): void {
    for (const { desk, timer } of this.#open.values()) {
      clearTimeout(timer);
      desk.dispose();
    }
    this.#open.clear();
  }

  #soon(document: vscode.TextDocument): void {
    if (languageOf(document) === undefined) return;
    const entry = this.#entry(document);
    clearTimeout(entry.timer);
    entry.timer = setTimeout(() => this.#check(document), TYPING_PAUSE);
  }

  #check(document: vscode.TextDocument): void {
    const language = languageOf(document);
    if (language === undefined || document.isClosed) return;
    void this.#entry(document).desk.check({ language, text: document.getText() }, document.version);
  }

  #entry(document: vscode.TextDocument): { readonly desk: QueryDesk; timer: NodeJS.Timeout | undefined } {
    const key = document.uri.toString();
    const known = this.#open.get(key);
    if (known !== undefined) return known;
    const desk = new QueryDesk(
      this.#parts.documents.of(document.uri)?.metadata ?? NO_TABLES,
      (checked) => this.#show(document, checked),
      (error) => this.#parts.report.background(error, 'The tables of a query could not be looked up.'),
    );
    const entry = { desk, timer: undefined };
    this.#open.set(key, entry);
    return entry;
  }

  #show(document: vscode.TextDocument, { serial, marks }: QueryChecked): void {
    // An answer about an earlier text has its marks elsewhere.
    if (document.version !== serial || document.isClosed) return;
    const { Error, Warning } = vscode.DiagnosticSeverity;
    const diagnostics = marks.map(({ start, end, malformed, text }) => {
      const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
      const diagnostic = new vscode.Diagnostic(range, text, malformed ? Error : Warning);
      diagnostic.source = 'Dataverse';
      return diagnostic;
    });
    this.#shown.set(document.uri, diagnostics);
  }

  #forget(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    const entry = this.#open.get(key);
    clearTimeout(entry?.timer);
    entry?.desk.dispose();
    this.#open.delete(key);
    this.#shown.delete(document.uri);
  }
}
