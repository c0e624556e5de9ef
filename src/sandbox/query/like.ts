type Piece =
  { readonly kind: 'run' } | { readonly kind: 'one'; readonly fits: (character: string) => boolean };

const RUN: Piece = { kind: 'run' };

/** `[a-c]`, `[^x]`: the test of a set, from the text between the brackets. */
function setTest(inside: string): (character: string) => boolean {
  const negated = inside.startsWith('^');
  const items = negated ? inside.slice(1) : inside;
  const ranges: Array<readonly [string, string]> = [];
  for (let at = 0; at < items.length; at += 1) {
    const from = items.charAt(at);
    if (items.charAt(at + 1) === '-' && at + 2 < items.length) {
      ranges.push([from, items.charAt(at + 2)]);
      at += 2;
    } else {
      ranges.push([from, from]);
    }
  }
  return (character) => ranges.some(([from, to]) => character >= from && character <= to) !== negated;
}

function piecesOf(pattern: string): readonly Piece[] {
  const pieces: Piece[] = [];
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern.charAt(at);
    const close = character === '[' ? pattern.indexOf(']', at + 2) : -1;
    if (character === '%') {
      if (pieces.at(-1) !== RUN) pieces.push(RUN);
    } else if (character === '_') {
      pieces.push({ kind: 'one', fits: () => true });
    } else if (close > 0) {
      pieces.push({ kind: 'one', fits: setTest(pattern.slice(at + 1, close)) });
      at = close;
    } else {
      pieces.push({ kind: 'one', fits: (other) => other === character });
    }
  }
  return pieces;
}

/** Goes back to the last `%` only, so that the time is bounded by length of text times length of pattern. */
function matches(pieces: readonly Piece[], text: string): boolean {
  let piece = 0;
  let at = 0;
  let retryPiece = -1;
  let retryAt = 0;
  while (at < text.length) {
    const current = pieces[piece];
    if (current?.kind === 'one' && current.fits(text.charAt(at))) {
      piece += 1;
      at += 1;
    } else if (current?.kind === 'run') {
      retryPiece = piece;
      retryAt = at;
      piece += 1;
    } else if (retryPiece >= 0) {
      retryAt += 1;
      at = retryAt;
      piece = retryPiece + 1;
    } else {
      return false;
    }
  }
  while (pieces[piece]?.kind === 'run') piece += 1;
  return piece === pieces.length;
}

/**
 * A SQL LIKE pattern (`%`, `_`, `[a-c]`, `[^x]`) as a test of lower-case text. A bracket that is not closed stands for
 * itself (UNVERIFIED).
 */
export function likeTest(pattern: string): (text: string) => boolean {
  const folded = pattern.toLowerCase();
  const plain = /^(%?)([^%_[]*)(%?)$/.exec(folded);
  if (plain !== null) {
    const [, before, middle = '', after] = plain;
    if (before === '%' && after === '%') return (text) => text.includes(middle);
    if (before === '%') return (text) => text.endsWith(middle);
    if (after === '%') return (text) => text.startsWith(middle);
    return (text) => text === middle;
  }
  const pieces = piecesOf(folded);
  return (text) => matches(pieces, text);
}
