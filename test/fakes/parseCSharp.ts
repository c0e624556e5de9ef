import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Language, Parser, type Node } from 'web-tree-sitter';

const require = createRequire(import.meta.url);

/** Finds mistakes in the grammar of C# text: what the grammar does not know, and what is missing. */
export type CSharpGrammar = (text: string) => readonly string[];

/** The grammar of C# as editors use it. It knows form only: neither names nor types. */
export async function cSharpGrammar(): Promise<CSharpGrammar> {
  await Parser.init();
  const grammar = await Language.load(
    new Uint8Array(await readFile(require.resolve('tree-sitter-c-sharp/tree-sitter-c_sharp.wasm'))),
  );
  const parser = new Parser();
  parser.setLanguage(grammar);
  return (text) => {
    const tree = parser.parse(text);
    if (tree === null) return ['It could not be parsed'];
    const mistakes = tree.rootNode.hasError ? mistakesIn(tree.rootNode, text) : [];
    tree.delete();
    return mistakes;
  };
}

function mistakesIn(node: Node, text: string): readonly string[] {
  if (node.isError || node.isMissing) {
    const line = node.startPosition.row;
    return [`line ${line + 1}: ${text.split('\n')[line]?.trim() ?? ''}`];
  }
  return node.children.flatMap((child) => (child.hasError || child.isMissing ? mistakesIn(child, text) : []));
}
