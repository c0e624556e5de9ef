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

/** Message boxes turn `[text](address)` into a link, a command too; names and texts of strangers must not become one. */
export function withoutLinks(text: string): string {
  return text.replace(/\](?=\()/g, '] ');
}
