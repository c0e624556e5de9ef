import assert from 'node:assert/strict';
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { inspect } from 'node:util';
import { readCertificate } from '../../../src/auth/certificate';
import { SignInError, type SignInReason } from '../../../src/auth/signInError';
import { systemClock } from '../../../src/base/clock';
import { Secret } from '../../../src/base/secret';
import { clientCertificate, type TestCertificate } from '../../fakes/certificates';

describe('a client certificate', () => {
  let rsa: TestCertificate;
  let other: TestCertificate;
  before(async () => {
    [rsa, other] = await Promise.all([clientCertificate(), clientCertificate()]);
  });

  const read = (pem: string): ReturnType<typeof readCertificate> =>
    readCertificate(new Secret(pem), systemClock);
  const refused = (pem: string, reason: SignInReason): void => {
    assert.throws(
      () => read(pem),
      (error: unknown) => {
        assert.ok(SignInError.is(error, reason), `${inspect(error)} is no ${reason}`);
        const shown = inspect(error, { depth: 10, showHidden: true }) + JSON.stringify(error);
        const secretLine = rsa.key.split('\n')[5] ?? '';
        assert.ok(secretLine.length > 40 && !shown.includes(secretLine));
        return true;
      },
    );
  };

  it('is read in any order, with its thumbprints computed', () => {
    const raw = new X509Certificate(rsa.certificate).raw;
    for (const pem of [rsa.certificate + rsa.key, `some words\n${rsa.key}\n\n${rsa.certificate}\n`]) {
      const certificate = read(pem.replace(/\n/g, '\r\n'));
      assert.equal(certificate.thumbprint, createHash('sha1').update(raw).digest('hex').toUpperCase());
      assert.equal(
        certificate.thumbprintSha256,
        createHash('sha256').update(raw).digest('hex').toUpperCase(),
      );
      assert.equal(certificate.subject, 'CN=127.0.0.1');
    }
  });

  it('is looked for in time that follows the length of the file, whatever begins in it without an end', () => {
    const started = performance.now();
    refused('-----BEGIN CERTIFICATE-----\n'.repeat(36_000), 'certificateUnreadable');
    assert.ok(performance.now() - started < 1000);
    assert.equal(read(`-----BEGIN X-----\n${rsa.certificate}${rsa.key}`).subject, 'CN=127.0.0.1');
  });

  it('is found among the certificates of a chain by its key', () => {
    const found = read(other.certificate + rsa.certificate + rsa.key);
    assert.equal(found.thumbprint, read(rsa.certificate + rsa.key).thumbprint);
  });

  it('may have its key in the older form', () => {
    const pkcs1 = createPrivateKey(rsa.key).export({ type: 'pkcs1', format: 'pem' }).toString();
    assert.match(pkcs1, /BEGIN RSA PRIVATE KEY/);
    assert.match(read(rsa.certificate + pkcs1).privateKey.reveal(), /BEGIN PRIVATE KEY/);
  });

  it('is refused with an encrypted key, in both forms', () => {
    const key = createPrivateKey(rsa.key);
    const cipher = { cipher: 'aes-256-cbc', passphrase: 'canary-passphrase' };
    refused(
      rsa.certificate + key.export({ type: 'pkcs8', format: 'pem', ...cipher }).toString(),
      'keyEncrypted',
    );
    refused(
      rsa.certificate + key.export({ type: 'pkcs1', format: 'pem', ...cipher }).toString(),
      'keyEncrypted',
    );
  });

  it('is refused when its key is another one, is missing, or is broken', () => {
    refused(other.certificate + rsa.key, 'keyDoesNotMatch');
    refused(rsa.certificate, 'certificateWithoutKey');
    refused(rsa.key, 'certificateUnreadable');
    refused('', 'certificateUnreadable');
    refused('no PEM at all', 'certificateUnreadable');
    refused(rsa.certificate + rsa.key.replace(/\n[A-Za-z0-9+/]{10}/, '\n!!!!!'), 'certificateUnreadable');
    refused(
      rsa.certificate.replace(/\n[A-Za-z0-9+/]{10}/, '\nAAAAAAAAAA') + rsa.key,
      'certificateUnreadable',
    );
  });

  it('is refused when its key is no RSA key', async () => {
    const ec = await clientCertificate({ keyType: 'ec' });
    refused(ec.certificate + ec.key, 'keyNotRsa');
  });

  it('is refused when it has expired, with the day', async () => {
    const old = await clientCertificate({ validTo: new Date('2024-05-06T07:08:09Z') });
    assert.throws(
      () => read(old.certificate + old.key),
      (error: unknown) =>
        SignInError.is(error, 'certificateExpired') && error.details['validTo'] === '2024-05-06',
    );
  });
});
