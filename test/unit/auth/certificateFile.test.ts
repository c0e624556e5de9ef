import assert from 'node:assert/strict';
import { mkdtemp, mkdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readCertificateFile } from '../../../src/auth/certificateFile';
import type { SignInReason } from '../../../src/auth/signInError';
import { systemClock } from '../../../src/base/clock';
import { clientCertificate, type TestCertificate } from '../../fakes/certificates';

describe('the file of a client certificate', () => {
  let folder: string;
  let made: TestCertificate;
  let file: string;
  before(async () => {
    made = await clientCertificate();
    folder = await mkdtemp(path.join(tmpdir(), 'dvw-pem-'));
    file = path.join(folder, 'my app.pem');
    await writeFile(file, `${made.certificate}\n${made.key}`);
  });
  after(async () => rm(folder, { recursive: true, force: true }));

  const refused = async (typed: string, reason: SignInReason): Promise<void> => {
    await assert.rejects(readCertificateFile(typed, systemClock), { name: 'SignInError', reason });
  };

  it('is read with what can be compared: subject and thumbprint', async () => {
    for (const typed of [file, ` ${file} `, `"${file}"`, `'${file}'`]) {
      const { pem, shown } = await readCertificateFile(typed, systemClock);
      assert.ok(pem.reveal().includes(made.key));
      assert.match(shown, /^CN=127\.0\.0\.1 \([0-9A-F]{40}\)$/);
    }
  });

  it('is told from none at all, and from one that means another place the next time', async () => {
    await refused(path.join(folder, 'nothing.pem'), 'certificateFileMissing');
    await refused(path.join(file, 'below.pem'), 'certificateFileMissing');
    await refused('app.pem', 'certificateFileMissing');
    await refused('~/no/such/file-of-dataverse-webhooks.pem', 'certificateFileMissing');
  });

  it('is not a folder, and not a file of any size', async () => {
    await mkdir(path.join(folder, 'inside'));
    await refused(path.join(folder, 'inside'), 'certificateUnreadable');
    const large = path.join(folder, 'large.pem');
    await writeFile(large, made.certificate);
    await truncate(large, 2 * 1024 * 1024);
    await refused(large, 'certificateUnreadable');
    const words = path.join(folder, 'words.pem');
    await writeFile(words, 'no certificate');
    await refused(words, 'certificateUnreadable');
  });
});
