import * as vscode from 'vscode';
import { isCancellation } from '../../base/errors';
import { namedText, type NamedTable } from '../../presentation/queries/nameTexts';
import { suggestedAt, type Suggested } from '../../presentation/queries/suggestionDesk';
import { namedAt, type Completion, type Named } from '../../queries/complete';
import type { Range } from '../../queries/problem';
import { withSchema, type Schema } from '../../queries/schema';
import type { WrittenQuery } from '../../queries/written';
import { NOT_SUGGESTED } from '../queries/panelQueries';
import type { QueryParts } from '../queries/queryParts';

const KINDS: Readonly<Record<Completion['kind'], vscode.CompletionItemKind>> = {
  element: vscode.CompletionItemKind.Snippet,
  attribute: vscode.CompletionItemKind.Property,
  table: vscode.CompletionItemKind.Class,
  column: vscode.CompletionItemKind.Field,
  operator: vscode.CompletionItemKind.Operator,
  source: vscode.CompletionItemKind.Reference,
  value: vscode.CompletionItemKind.Value,
};

const NOTHING: Schema = { tables: [], table: () => undefined, tableOfSet: () => undefined };

/** Ends when the editor does not want the answer any more. */
function signalOf(token: vscode.CancellationToken): AbortSignal {
  const abort = new AbortController();
  token.onCancellationRequested(() => abort.abort());
  return abort.signal;
}

/** The work with the tables of the document's environment; without them, with none, when they cannot be had. */
async function withTables<T>(
  parts: QueryParts,
  uri: vscode.Uri,
  signal: AbortSignal,
  work: (schema: Schema) => T,
): Promise<T> {
  const metadata = parts.documents.of(uri)?.metadata;
  if (metadata === undefined) return work(NOTHING);
  try {
    return await withSchema(metadata, signal, work);
  } catch (error) {
    if (!isCancellation(error)) parts.report.background(error, NOT_SUGGESTED.tables);
    return work(NOTHING);
  }
}

function rangeIn(document: vscode.TextDocument, { start, end }: Range): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}

/** What the language has at a place, and the names that the environment has. */
export class QueryCompletion implements vscode.CompletionItemProvider {
  readonly #parts: QueryParts;
  readonly #language: WrittenQuery['language'];

  constructor(parts: QueryParts, language: WrittenQuery['language']) {
    this.#parts = parts;
    this.#language = language;
  }

  async provideCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.CompletionItem[]> {
    const query = { language: this.#language, text: document.getText() };
    const source = this.#parts.documents.of(document.uri)?.metadata;
    const found = suggestedAt(query, document.offsetAt(position), source, signalOf(token));
    // Nobody waits for an answer that was cancelled.
    const { items, failure } = await found.catch((): Suggested => ({ items: [] }));
    if (failure !== undefined && !isCancellation(failure.error))
      this.#parts.report.background(failure.error, NOT_SUGGESTED[failure.part]);
    return items.map((item) => itemOf(document, item));
  }
}

function itemOf(document: vscode.TextDocument, completion: Completion): vscode.CompletionItem {
  const { kind, label, detail, range, insert, rank } = completion;
  // The detail is a label in the user's language, which is searched for as well.
  const item = new vscode.CompletionItem(
    detail === undefined ? label : { label, description: detail },
    KINDS[kind],
  );
  item.range = rangeIn(document, range);
  item.sortText = `${String(rank).padStart(4, '0')}${label}`;
  item.filterText = filterText(document, completion);
  item.insertText = kind === 'element' || kind === 'attribute' ? new vscode.SnippetString(insert) : insert;
  // An attribute or a tag that was just written is to be filled in.
  if (insert.includes('="$1"')) item.command = { title: '', command: 'editor.action.triggerSuggest' };
  return item;
}

/** What was typed is matched with the name, and with its label where it is one of the user's language. */
function filterText(document: vscode.TextDocument, { label, detail, range, kind }: Completion): string {
  const named = kind === 'table' || kind === 'column' || kind === 'value';
  const typed = document.getText(rangeIn(document, range));
  const text = named && detail !== undefined ? `${label} ${detail}` : label;
  return typed.startsWith('<') ? `<${text}` : text;
}

/** Labels and types of tables and columns, and what operators take. */
export class FetchHover implements vscode.HoverProvider {
  readonly #parts: QueryParts;

  constructor(parts: QueryParts) {
    this.#parts = parts;
  }

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.Hover | undefined> {
    const [text, offset] = [document.getText(), document.offsetAt(position)];
    const found = await withTables(this.#parts, document.uri, signalOf(token), (schema) => {
      const named = namedAt(text, offset, schema);
      return named === undefined ? undefined : { named, table: tableFacts(schema, named) };
    });
    if (found === undefined) return undefined;
    const markdown = new vscode.MarkdownString();
    // Labels are texts of strangers.
    for (const line of namedText(found.named, found.table)) markdown.appendText(line).appendMarkdown('\n\n');
    return new vscode.Hover(markdown, rangeIn(document, found.named.range));
  }
}

function tableFacts(schema: Schema, named: Named): NamedTable | undefined {
  return named.kind === 'table'
    ? schema.tables.find(({ logicalName }) => logicalName === named.table)
    : undefined;
}
