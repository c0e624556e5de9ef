/**
 * A URL as it may be shown: the values of its query are hidden, because keys travel there (`?code=…`), and so are a
 * user with a password and the part from `#` on. What is no URL is shown by the same rules.
 */
export function shownUrl(text: string): string {
  const [whole, fragment] = splitAt(text, '#');
  const [before, query] = splitAt(whole, '?');
  const shown = before.replace(/^([a-z][a-z0-9+.-]*:)?([/\\]*)[^/\\]*@/i, '$1$2•••@');
  const hidden = fragment === undefined ? '' : '#•••';
  if (query === undefined) return `${shown}${hidden}`;
  const names = query.split('&').map((pair) => {
    const [name, value] = splitAt(pair, '=');
    return value === undefined ? '•••' : `${name}=•••`;
  });
  return `${shown}?${names.join('&')}${hidden}`;
}

function splitAt(text: string, mark: string): readonly [string, string | undefined] {
  const index = text.indexOf(mark);
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)];
}
