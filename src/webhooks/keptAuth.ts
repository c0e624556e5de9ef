import { Secret } from '../base/secret';
import type { AuthPair, WebhookAuth } from './model';

/** An authentication as one text for the secret store. */
export function keptAuthText(auth: WebhookAuth): Secret {
  const plain =
    auth.type === 'webhookKey'
      ? { type: auth.type, key: auth.key.reveal() }
      : { type: auth.type, pairs: auth.pairs.map(({ name, value }) => [name, value.reveal()]) };
  return new Secret(JSON.stringify(plain));
}

/** The authentication in a text from the secret store; undefined for anything that `keptAuthText` did not write. */
export function parseKeptAuth(kept: Secret): WebhookAuth | undefined {
  let value: unknown;
  try {
    value = JSON.parse(kept.reveal());
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined;
  if (value.type === 'webhookKey') {
    return 'key' in value && typeof value.key === 'string'
      ? { type: 'webhookKey', key: new Secret(value.key) }
      : undefined;
  }
  if (value.type !== 'httpHeader' && value.type !== 'httpQueryString') return undefined;
  const list: readonly unknown[] = 'pairs' in value && Array.isArray(value.pairs) ? value.pairs : [];
  const pairs = list.flatMap(pairOf);
  return pairs.length === 0 || pairs.length < list.length ? undefined : { type: value.type, pairs };
}

function pairOf(value: unknown): readonly AuthPair[] {
  const parts: readonly unknown[] = Array.isArray(value) ? value : [];
  const [name, text] = parts;
  return typeof name === 'string' && typeof text === 'string' ? [{ name, value: new Secret(text) }] : [];
}
