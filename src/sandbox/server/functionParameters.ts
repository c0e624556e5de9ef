import { badRequest } from '../serviceError';

/** The value of a function parameter: text without its quotes, null for an alias without a value. */
export type ParameterValue = string | null;

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '));
  } catch {
    throw badRequest('The request URI has a malformed percent-encoding.', '0x80060888');
  }
}

/** The options of a query by name. Only the first `?` separates: what follows a second one belongs to a value (FACTS 16 #1). */
function queryOptions(query: string): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  for (const part of query.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = decode(equals < 0 ? part : part.slice(0, equals));
    options.set(name, equals < 0 ? '' : decode(part.slice(equals + 1)));
  }
  return options;
}

function unquote(text: string): string {
  const match = /^'(.*)'$/s.exec(text.trim());
  return match === null ? text.trim() : (match[1] ?? '').replaceAll("''", "'");
}

function splitArguments(argument: string): readonly string[] {
  return argument.match(/(?:'[^']*'|[^,])+/g) ?? [];
}

/** The parameters of `Name(A=@p1,B=5)?@p1=…` with aliases replaced. Throws 400 for options that are no aliases. */
export function functionParameters(
  name: string,
  argument: string | undefined,
  query: string,
): ReadonlyMap<string, ParameterValue> {
  const options = queryOptions(query);
  for (const option of options.keys()) {
    if (!option.startsWith('@')) {
      throw badRequest(
        `The query option '${option}' is not supported on the function '${name}'.`,
        '0x80060888',
      );
    }
  }
  const parameters = new Map<string, ParameterValue>();
  for (const part of splitArguments(argument ?? '')) {
    const equals = part.indexOf('=');
    if (equals < 0) throw badRequest('Bad Request - Error in query syntax.', '0x80060888');
    const value = part.slice(equals + 1).trim();
    const given = value.startsWith('@') ? options.get(value) : value;
    parameters.set(
      part.slice(0, equals).trim(),
      given === undefined || given === 'null' ? null : unquote(given),
    );
  }
  return parameters;
}
