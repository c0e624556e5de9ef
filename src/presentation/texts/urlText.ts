/**
 * A URL as it may be shown: the values of its query are hidden, because keys travel there (`?code=…`), and so is a
 * password. What is no URL is shown up to its query.
 */
export function shownUrl(text: string): string {
  const [before, query] = splitAt(text, '?');
  const shown = before.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, '$1•••@');
  if (query === undefined) return shown;
  const names = query.split('&').map((pair) => {
    const [name, value] = splitAt(pair, '=');
    return value === undefined ? '•••' : `${name}=•••`;
  });
  return `${shown}?${names.join('&')}`;
}

function splitAt(text: string, mark: string): readonly [string, string | undefined] {
  const index = text.indexOf(mark);
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)];
}
