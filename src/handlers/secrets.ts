import { Scope } from './identifiers';
import type { HandlerAuth } from './model';

/** What a request must carry, and the environment variable that holds its value. */
export interface SecretPlace {
  /** Name of the header or the query parameter. */
  readonly name: string;
  readonly variable: string;
}

/** The variable of a webhook that has one secret. */
const SECRET_VARIABLE = 'DATAVERSE_WEBHOOK_SECRET';

/** Where the secrets of a webhook travel (FACTS 5.1, 17.1). The values are nowhere. */
export function secretPlaces(auth: HandlerAuth): readonly SecretPlace[] {
  if (auth.type === 'webhookKey') return [{ name: 'code', variable: SECRET_VARIABLE }];
  const scope = new Scope();
  return [...new Set(auth.names)].map((name, index) => {
    const upper = name.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
    const variable = auth.names.length === 1 ? SECRET_VARIABLE : `${SECRET_VARIABLE}_${upper || index + 1}`;
    return { name, variable: scope.add(variable) };
  });
}
