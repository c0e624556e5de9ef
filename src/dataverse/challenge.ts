/** What a 401 says about where and how to sign in (FACTS 14; the exact text is UNVERIFIED). */
export interface Challenge {
  /** Authority of the tenant, an absolute URL. */
  readonly authorizationUri?: string;
  readonly resourceId?: string;
  /** Claims to ask for with the next token, as JSON text. */
  readonly claims?: string;
  readonly error?: string;
  readonly errorDescription?: string;
}

/**
 * Reads a `WWW-Authenticate` header: the parameters of its Bearer challenge. Values come quoted or bare, separated by
 * commas; names are matched without regard to case; unknown parameters are passed over. An absent or foreign header
 * gives an empty challenge.
 */
export function parseChallenge(header: string | undefined): Challenge {
  const start = /(?:^|[\s,])bearer(?=\s|$)/i.exec(header ?? '');
  if (header === undefined || start === null) return {};
  const found = new Map<string, string>();
  // One parameter at a time from where the last one ended. A bare value may hold `=` and `/`, as addresses do.
  const parameter = /[\s,]*([A-Za-z_-]{1,64})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))/y;
  parameter.lastIndex = start.index + start[0].length;
  for (let match = parameter.exec(header); match !== null; match = parameter.exec(header)) {
    const name = (match[1] ?? '').toLowerCase();
    if (!found.has(name)) found.set(name, match[2]?.replace(/\\(.)/g, '$1') ?? match[3] ?? '');
  }
  const authorizationUri = found.get('authorization_uri') ?? found.get('authorization');
  const resourceId = found.get('resource_id');
  const claims = decodeClaims(found.get('claims'));
  const error = found.get('error');
  const errorDescription = found.get('error_description');
  return {
    ...(authorizationUri ? { authorizationUri } : {}),
    ...(resourceId ? { resourceId } : {}),
    ...(claims === undefined ? {} : { claims }),
    ...(error ? { error } : {}),
    ...(errorDescription ? { errorDescription } : {}),
  };
}

/** Claims are JSON text, as it is or in base64 or base64url; anything else is no claims challenge. */
function decodeClaims(value: string | undefined): string | undefined {
  if (value === undefined || value === '') return undefined;
  if (isJsonObject(value)) return value;
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(value)) return undefined;
  const decoded = decodeBase64(value.replace(/-/g, '+').replace(/_/g, '/'));
  return decoded !== undefined && isJsonObject(decoded) ? decoded : undefined;
}

function decodeBase64(text: string): string | undefined {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(text), (unit) => unit.charCodeAt(0)));
  } catch {
    return undefined;
  }
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
