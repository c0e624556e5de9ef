import assert from 'node:assert/strict';
import type { SandboxProcess } from '../../scripts/host/sandboxProcess';

/** A row, or the body of an answer, by its members. */
export type Cells = Readonly<Record<string, unknown>>;

/** A request to the sandbox as any program of this machine would send it. */
export async function askSandbox(
  sandbox: SandboxProcess,
  path: string,
  body?: Cells,
  method = body === undefined ? 'GET' : 'PATCH',
): Promise<Cells> {
  const response = await fetch(`${sandbox.url}/api/data/v9.2/${path}`, {
    method,
    headers: { Authorization: `Bearer ${sandbox.token}`, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  assert.ok(response.ok, `${path} answered ${response.status}: ${text}`);
  return text === '' ? {} : (JSON.parse(text) as Cells);
}

/** The rows that a path leads to. */
export async function rowsOfSandbox(sandbox: SandboxProcess, path: string): Promise<readonly Cells[]> {
  return (await askSandbox(sandbox, path))['value'] as readonly Cells[];
}
