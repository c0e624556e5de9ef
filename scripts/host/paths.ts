import { existsSync } from 'node:fs';
import path from 'node:path';

/** The root of the repository. */
export const ROOT = path.resolve(import.meta.dirname, '..', '..');

/** Where VS Code is installed for development and tests; never committed, never packaged. */
export const HOSTS_FOLDER = path.join(ROOT, '.vscode-test');

/** The packaged extension as `npm test` makes it. */
export const VSIX = path.join(ROOT, 'out', 'dataverse-webhooks.vsix');

/** A file inside an installed package. */
export function inPackage(...parts: readonly string[]): string {
  return path.join(ROOT, 'node_modules', ...parts);
}

/**
 * A Node of major version 24 or newer, which VS Code's server needs: ours, or the one the `node` package brings.
 * @throws Error with one sentence when there is neither
 */
export function node24(): string {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  const bundled = inPackage('node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(bundled)) return bundled;
  throw new Error('Node 24 is missing: run npm ci (with install scripts) or use Node 24 or newer.');
}
