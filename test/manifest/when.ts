/** What a `when` clause is asked about: the value of each context key; a missing one is undefined. */
export type Context = Readonly<Record<string, unknown>>;

const TOKEN = /\s*(&&|\|\||==|!=|=~|!|\(|\)|\/(?:\\.|[^/\\])*\/[a-z]*|'[^']*'|[\w.:-]+)/y;

/**
 * Whether a `when` clause holds, as the editor reads it: `||` binds weaker than `&&`, no value is false, and `in` looks
 * into a list. Only what the manifest uses is understood.
 * @throws on anything else
 */
export function holds(clause: string, context: Context): boolean {
  const tokens = tokensOf(clause);
  const read = (): string => tokens.shift() ?? fail(clause);
  const either = (): boolean => {
    let value = both();
    while (tokens[0] === '||') {
      read();
      value = both() || value;
    }
    return value;
  };
  const both = (): boolean => {
    let value = one();
    while (tokens[0] === '&&') {
      read();
      value = one() && value;
    }
    return value;
  };
  const one = (): boolean => {
    const token = read();
    if (token === '!') return !one();
    if (token === '(') {
      const value = either();
      if (read() !== ')') fail(clause);
      return value;
    }
    if (token === 'true' || token === 'false') return token === 'true';
    const left = context[token];
    switch (tokens[0]) {
      case '==':
      case '!=': {
        const isEqual = read() === '==';
        return (String(left) === plain(read())) === isEqual;
      }
      case '=~': {
        read();
        const expression = pattern(read());
        return typeof left === 'string' && expression.test(left);
      }
      case 'in': {
        read();
        const list = context[read()];
        return Array.isArray(list) && list.includes(left);
      }
      default:
        return left !== undefined && left !== false && left !== '' && left !== 0;
    }
  };
  const value = either();
  return tokens.length === 0 ? value : fail(clause);
}

function tokensOf(clause: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < clause.trimEnd().length) {
    const token = TOKEN.exec(clause)?.[1] ?? fail(clause);
    tokens.push(token);
  }
  return tokens;
}

function plain(token: string): string {
  return token.replace(/^'(.*)'$/, '$1');
}

function pattern(token: string): RegExp {
  const [, source = '', flags] = /^\/(.*)\/([a-z]*)$/.exec(token) ?? fail(token);
  return new RegExp(source, flags);
}

function fail(clause: string): never {
  throw new Error(`This clause is not understood: ${clause}`);
}
