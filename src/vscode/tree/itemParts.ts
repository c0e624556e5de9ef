import * as vscode from 'vscode';
import type { TooltipLine } from '../../presentation/tree/treeItems';

/** Names and URLs are strangers' text: they go in as text, so that no markup of theirs becomes a link. */
export function tooltip(lines: readonly TooltipLine[]): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString();
  lines.forEach((line, index) => {
    markdown.appendMarkdown(index === 0 ? '**' : '  \n**');
    markdown.appendMarkdown(`${escapeMarkdown(line.label)}:** ${escapeMarkdown(line.value)}`);
  });
  return markdown;
}

/** Every sign as a character reference: nothing of a stranger's text is markup, and no address of theirs a link. */
function escapeMarkdown(text: string): string {
  return text.replace(/[^\p{L}\p{N} ]/gu, (sign) => `&#${sign.codePointAt(0) ?? 0xfffd};`);
}

/** Whether a row can be opened, in the editor's terms. */
export function collapsibleState(
  expandable: 'no' | 'collapsed' | 'expanded',
): vscode.TreeItemCollapsibleState {
  switch (expandable) {
    case 'no':
      return vscode.TreeItemCollapsibleState.None;
    case 'collapsed':
      return vscode.TreeItemCollapsibleState.Collapsed;
    case 'expanded':
      return vscode.TreeItemCollapsibleState.Expanded;
  }
}
