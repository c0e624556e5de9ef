import { createPrivateKey, createHash, X509Certificate, type KeyObject } from 'node:crypto';
import type { Clock } from '../base/clock';
import { Secret } from '../base/secret';
import { SignInError } from './signInError';

/** A certificate an application signs in with. */
export interface ClientCertificate {
  /** SHA-256 of the certificate, 64 hex digits; what the request carries. */
  readonly thumbprintSha256: string;
  /** SHA-1 of the certificate, 40 hex digits; what Microsoft Entra's pages show, to compare. */
  readonly thumbprint: string;
  /** `CN=…` on one line. */
  readonly subject: string;
  /** Milliseconds since 1970. */
  readonly validTo: number;
  /** PKCS #8 PEM. */
  readonly privateKey: Secret;
}

/** Nothing in a block has five hyphens, so that none is sought beyond where the next one begins. */
const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----(?:(?!-----)[\s\S])*-----END \1-----/g;

/**
 * Reads a certificate and its RSA private key from PEM text (both in one file, in any order, a chain may follow).
 * @throws SignInError `certificateUnreadable`, `certificateWithoutKey`, `keyEncrypted`, `keyNotRsa`, `keyDoesNotMatch`,
 *   `certificateExpired`. None of them holds a part of the text.
 */
export function readCertificate(pem: Secret, clock: Clock): ClientCertificate {
  const blocks = [...pem.reveal().matchAll(BLOCK)].map((match) => ({
    label: match[1] ?? '',
    text: match[0],
  }));
  const key = readKey(blocks);
  const certificates = blocks
    .filter(({ label }) => label === 'CERTIFICATE' || label === 'TRUSTED CERTIFICATE')
    .map(({ text }) => readX509(text));
  if (certificates.length === 0) {
    throw new SignInError('certificateUnreadable', 'There is no CERTIFICATE block in the PEM text');
  }
  const certificate = certificates.find((candidate) => candidate.checkPrivateKey(key));
  if (certificate === undefined) {
    throw new SignInError('keyDoesNotMatch', 'The private key belongs to none of the certificates');
  }
  const validTo = Date.parse(certificate.validTo);
  if (validTo < clock.now()) {
    throw new SignInError('certificateExpired', 'The certificate has expired', {
      validTo: new Date(validTo).toISOString().slice(0, 10),
    });
  }
  const hash = (algorithm: string): string =>
    createHash(algorithm).update(certificate.raw).digest('hex').toUpperCase();
  return {
    thumbprintSha256: hash('sha256'),
    thumbprint: hash('sha1'),
    subject: certificate.subject.replace(/\s*\n\s*/g, ', '),
    validTo,
    privateKey: new Secret(key.export({ type: 'pkcs8', format: 'pem' }).toString()),
  };
}

interface Block {
  readonly label: string;
  readonly text: string;
}

function readKey(blocks: readonly Block[]): KeyObject {
  const block = blocks.find(({ label }) => label.endsWith('PRIVATE KEY'));
  if (block === undefined) {
    const reason = blocks.length === 0 ? 'certificateUnreadable' : 'certificateWithoutKey';
    throw new SignInError(reason, 'There is no PRIVATE KEY block in the PEM text');
  }
  if (block.label.startsWith('ENCRYPTED') || block.text.includes('Proc-Type: 4,ENCRYPTED')) {
    throw new SignInError('keyEncrypted', 'The private key is encrypted');
  }
  let key: KeyObject;
  try {
    key = createPrivateKey(block.text);
  } catch {
    // The error of the platform may hold parts of the text.
    throw new SignInError('certificateUnreadable', 'The private key cannot be read');
  }
  if (key.asymmetricKeyType !== 'rsa') {
    throw new SignInError('keyNotRsa', 'The private key is no RSA key', { type: key.asymmetricKeyType });
  }
  return key;
}

function readX509(text: string): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch {
    throw new SignInError('certificateUnreadable', 'The certificate cannot be read');
  }
}
