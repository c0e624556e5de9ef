import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Clock } from '../base/clock';
import { Secret } from '../base/secret';
import { readCertificate } from './certificate';
import { SignInError } from './signInError';

/** Chains have a few kilobytes. */
const MOST_BYTES = 1024 * 1024;

/**
 * Reads a certificate with its key from a file.
 * @param typed the path as people paste it: in quotes, with `~` for their home.
 * @returns the PEM text, and subject and SHA-1 thumbprint as Microsoft Entra's pages show it.
 * @throws SignInError `certificateFileMissing`, `certificateFileDenied`, and those of `readCertificate`.
 */
export async function readCertificateFile(
  typed: string,
  clock: Clock,
): Promise<{ readonly pem: Secret; readonly shown: string }> {
  const file = pathOf(typed);
  // A path from the folder the editor was started in would mean another file the next time.
  if (!path.isAbsolute(file)) {
    throw new SignInError('certificateFileMissing', 'The path does not begin at the root', { file });
  }
  const pem = new Secret(await textOf(file));
  const { subject, thumbprint } = readCertificate(pem, clock);
  return { pem, shown: `${subject} (${thumbprint})` };
}

function pathOf(typed: string): string {
  const bare = typed.trim().replace(/^(["'])(.*)\1$/, '$2');
  return bare === '~' || /^~[\\/]/.test(bare) ? path.join(homedir(), bare.slice(1)) : bare;
}

async function textOf(file: string): Promise<string> {
  try {
    const found = await stat(file);
    if (!found.isFile() || found.size > MOST_BYTES) {
      throw new SignInError('certificateUnreadable', 'It is no file, or too large', { file });
    }
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof SignInError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    const missing = code === 'ENOENT' || code === 'ENOTDIR';
    throw new SignInError(
      missing ? 'certificateFileMissing' : 'certificateFileDenied',
      `The file cannot be read: ${code}`,
      { file, code },
    );
  }
}
