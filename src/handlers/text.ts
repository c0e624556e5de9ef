/** Characters that end a line, hide, or turn the direction of what follows: a comment or literal must not hold them. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufffe\uffff]+/gu;
const LONE_SURROGATES = /[\ud800-\udfff]/gu;

/** A stranger's text on one line, cut to its first 200 characters. */
export function oneLine(text: string): string {
  const plain = text.replace(UNSEEN, ' ').replace(LONE_SURROGATES, '\ufffd').replace(/\s+/g, ' ').trim();
  const start = /^.{0,199}/su.exec(plain)?.[0] ?? '';
  return start.length < plain.length ? `${start}…` : plain;
}

/** A stranger's text inside a comment of TypeScript: the comment ends where we end it. */
export function commentText(text: string): string {
  return oneLine(text).replaceAll('*/', '*\u200a/').replaceAll('@', '@\u200a');
}

/** A stranger's text inside a documentation comment of C#, which is XML. */
export function xmlCommentText(text: string): string {
  return oneLine(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A string literal that is right in TypeScript, C# and JSON alike: double quotes, nothing unseen left bare. */
export function doubleQuoted(text: string): string {
  return JSON.stringify(text).replace(UNSEEN, (run) =>
    Array.from(
      { length: run.length },
      (_, index) => `\\u${run.charCodeAt(index).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}

/** A string literal of TypeScript in single quotes, as the generated code has them. */
export function singleQuoted(text: string): string {
  const inner = doubleQuoted(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner}'`;
}

/** A stranger's text inside Markdown: shown as it is. */
export function markdownText(text: string): string {
  return oneLine(text).replace(/[\\`*_{}[\]()#+!|<>~&-]/g, '\\$&');
}

/** Lines of text as a file: one line break at the end. */
export function fileText(...parts: ReadonlyArray<string | readonly string[]>): string {
  return `${parts
    .flat()
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`;
}
