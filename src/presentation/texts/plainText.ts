import { cutText } from '../../base/text';

const SHOWN_LENGTH = 300;

/** Text of a stranger for a place of one line: no line breaks, no control or direction-changing characters, not too long. */
export function oneLine(text: string): string {
  const plain = text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]+/gu, ' ')
    .trim();
  return cutText(plain, SHOWN_LENGTH);
}

/** Text of a stranger without what breaks lines or changes their direction, however long it is. */
export function plainLine(text: string): string {
  return text.toWellFormed().replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]+/gu, ' ');
}

/** What stands in a message box: one line, in which a stranger's name is no link. */
export function messageLine(text: string): string {
  return withoutLinks(plainLine(text));
}

/** What stands in a row of a list, which turns `$(name)` into an icon. */
export function rowLine(text: string): string {
  return plainLine(text).replace(/\$\((?=[\w~-]+\))/g, '\\$(');
}

/** What stands under the box of a quick input, which turns `[text](address)` into a link, too. */
export function promptLine(text: string): string {
  return withoutLinks(rowLine(text));
}

/** Longer titles would take several lines above the question. */
const TITLE_LENGTH = 70;

/** What stands above a question: names in it may be of any length. */
export function titleLine(text: string): string {
  return cutText(plainLine(text), TITLE_LENGTH);
}

/** A group stands at the right of its first row and takes the room from it. */
const GROUP_LENGTH = 56;

/** The name of a group of rows, in which `$(name)` is no icon. */
export function groupLine(text: string): string {
  return cutText(plainLine(text), GROUP_LENGTH);
}

/** Message boxes turn `[text](address)` into a link, a command too; names and texts of strangers must not become one. */
function withoutLinks(text: string): string {
  return text.replace(/\](?=\()/g, '] ');
}
