import { createHash, timingSafeEqual } from 'node:crypto';

import type { EndpointAuthentication, SettingPair } from '../authentication';
import type { ReceivedRequest } from '../receiver';
import type { Refusal } from './deliveryRecord';

/**
 * Whether a request carries the values that are expected of it (FACTS 17.1); undefined when it does. Compares in
 * constant time, so that nobody on this machine can guess a value byte by byte.
 */
export function refusalOf(
  request: Pick<ReceivedRequest, 'headers' | 'target'>,
  expected: EndpointAuthentication,
): Refusal | undefined {
  switch (expected.type) {
    case 'httpHeader':
      return firstRefusal(expected.pairs, (name) =>
        request.headers
          .filter(([given]) => given.toLowerCase() === name.toLowerCase())
          .map(([, value]) => value),
      );
    case 'httpQueryString':
      return firstRefusal(expected.pairs, (name) => queryOf(request.target).getAll(name));
    case 'webhookKey':
      if (expected.key.isEmpty) return undefined;
      return firstRefusal([{ name: 'code', value: expected.key }], (name) =>
        queryOf(request.target).getAll(name),
      );
  }
}

function firstRefusal(
  pairs: readonly SettingPair[],
  given: (name: string) => readonly string[],
): Refusal | undefined {
  for (const { name, value } of pairs) {
    const values = given(name);
    if (values.length === 0) return { reason: 'missing', name };
    if (!values.some((each) => isSame(each, value.reveal()))) return { reason: 'wrong', name };
  }
  return undefined;
}

function queryOf(target: string): URLSearchParams {
  const at = target.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : target.slice(at + 1));
}

function isSame(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
