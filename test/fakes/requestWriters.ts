import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { ROOT } from '../../scripts/host/paths';

/**
 * Parts that write no request of ours: the client and the functions that write requests, what is typed or written by a user
 * (queries and their translation), the sandbox, the pages.
 */
const ELSEWHERE =
  /^(?:sandbox|webview|queries)\/|^dataverse\/(?:odata\w*|fetchXml\w*|client|connection|fetchPages|webApi)\.ts$/;

/** The functions with which every path and every FetchXML text is written. */
const WRITING =
  /^(?:odata\.(?:set|row|rowByKey|property|reference|cast|boundAction|functionCall|query)|functionCall|fetchPath|writeFetchXml)$/;

/**
 * The functions of the extension that write a request, as `file name`: those that call what paths and FetchXML are written
 * with, and those that name a function or an action of the service.
 */
export function requestWriters(): readonly string[] {
  const src = path.join(ROOT, 'src');
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll(path.sep, '/'))
    .filter((file) => file.endsWith('.ts') && !ELSEWHERE.test(file));
  const found = files.flatMap((file) => {
    const text = readFileSync(path.join(src, file), 'utf8');
    return writersIn(text).map((name) => `${file} ${name}`);
  });
  return [...new Set(found)].sort();
}

/** The names of the functions in a source text that write a request, once for each time. */
export function writersIn(text: string): readonly string[] {
  const source = ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true);
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && writes(node, source)) names.push(enclosing(node));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names;
}

function writes(call: ts.CallExpression, source: ts.SourceFile): boolean {
  if (WRITING.test(call.expression.getText(source))) return true;
  const [first] = call.arguments;
  // A path that is written out, such as that of a function, and the name of an action.
  return (
    ts.isPropertyAccessExpression(call.expression) &&
    /^(?:get|pages|fetchPages|action|create)$/.test(call.expression.name.text) &&
    first !== undefined &&
    ts.isStringLiteralLike(first) &&
    /api/i.test(call.expression.expression.getText(source))
  );
}

/** The name of the function or method around a node; of a constant outside of any. */
function enclosing(node: ts.Node): string {
  for (let at = node.parent; !ts.isSourceFile(at); at = at.parent) {
    if (
      ts.isFunctionDeclaration(at) ||
      ts.isMethodDeclaration(at) ||
      (ts.isVariableDeclaration(at) && isTop(at))
    )
      if (at.name !== undefined) return at.name.getText();
  }
  return '(file)';
}

function isTop(node: ts.VariableDeclaration): boolean {
  return ts.isSourceFile(node.parent.parent.parent);
}
