import type { Stretch } from './suggesting';

/** The blanks that the line begins with that a place of a text stands in, as far as they stand before the place. */
export function blanksOfLine(text: string, at: number): string {
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

/** Writes as if it was typed, so that it can be undone; a field whose value is set forgets what could be. */
export function write(field: HTMLTextAreaElement, { start, end }: Stretch, text: string): void {
  // What is there already stays, so that undo leaves the caret where it was.
  const there = field.value.slice(start, end);
  const same = text.startsWith(there) ? there.length : 0;
  field.setSelectionRange(start + same, end);
  typeIn(field, text.slice(same));
}

/** Types a text in place of what is selected. */
function typeIn(field: HTMLTextAreaElement, text: string): void {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- there is no other way that undo knows of
  if (text === '' || document.execCommand('insertText', false, text)) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, 'end');
  field.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertReplacementText' }));
}

/** What is typed from now on is taken back without what was typed before. To the browser the caret has gone elsewhere. */
export function endOfTyping(field: HTMLTextAreaElement): void {
  field.setSelectionRange(field.selectionStart, field.selectionEnd);
}

/** Gives a line that was just begun the blanks of the one before. The browser takes them back together with the line. */
export function indent(field: HTMLTextAreaElement): void {
  typeIn(field, blanksOfLine(field.value, field.selectionStart - 1));
}
