import assert from 'node:assert/strict';
import type { SandboxProcess } from '../../scripts/host/sandboxProcess';

/** Orders a fault at the sandbox's control address, in place of those ordered before. */
export async function order(
  sandbox: Pick<SandboxProcess, 'url' | 'token'>,
  fault: Readonly<Record<string, unknown>> | undefined,
): Promise<void> {
  const headers = { Authorization: `Bearer ${sandbox.token}`, 'Content-Type': 'application/json' };
  const address = `${sandbox.url}/sandbox/faults`;
  const cleared = await fetch(address, { method: 'DELETE', headers });
  assert.ok(cleared.ok, `clearing the faults answered ${cleared.status}`);
  if (fault === undefined) return;
  const ordered = await fetch(address, { method: 'POST', headers, body: JSON.stringify(fault) });
  assert.ok(ordered.ok, `ordering a fault answered ${ordered.status}: ${await ordered.text()}`);
}
