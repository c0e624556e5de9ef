import { createPrivateKey, type JsonWebKey } from 'node:crypto';
import { generate } from 'selfsigned';

/** A throw-away certificate with its key. */
export interface TestCertificate {
  readonly certificate: string;
  /** PKCS #8 PEM. */
  readonly key: string;
}

/**
 * A certificate of a server on this machine that signs itself.
 * @param names host names that it stands for besides `localhost`.
 */
export async function serverCertificate(...names: readonly string[]): Promise<TestCertificate> {
  return make({
    keyType: 'ec',
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...['localhost', ...names].map((value) => ({ type: 2 as const, value })),
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
}

/** A certificate that an application signs in with. */
export async function clientCertificate(
  options: { readonly keyType?: 'rsa' | 'ec'; readonly validTo?: Date } = {},
): Promise<TestCertificate> {
  const { keyType = 'rsa', validTo } = options;
  return make({
    keyType,
    ...(validTo === undefined
      ? {}
      : { notBeforeDate: new Date(validTo.getTime() - 86_400_000), notAfterDate: validTo }),
  });
}

/** The public half of a key, as a server keeps it. */
export function publicJwk(key: string): JsonWebKey {
  const { kty, n, e } = createPrivateKey(key).export({ format: 'jwk' });
  return {
    ...(kty === undefined ? {} : { kty }),
    ...(n === undefined ? {} : { n }),
    ...(e === undefined ? {} : { e }),
  };
}

async function make(options: Parameters<typeof generate>[1]): Promise<TestCertificate> {
  const pems = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    algorithm: 'sha256',
    ...options,
  });
  return { certificate: pems.cert, key: pems.private };
}
