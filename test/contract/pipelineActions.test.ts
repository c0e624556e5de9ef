import assert from 'node:assert/strict';

import type { ActionResult } from '../../src/sandbox/operations';
import type { Reference } from '../../src/sandbox/schema/types';
import { useTrials, type Trial } from './pipelineSetup';

describe('the actions of the sandbox', () => {
  const { trial, receive } = useTrials();
  const run = (sandbox: Trial, name: string, parameters: object, target?: Reference): Promise<ActionResult> =>
    sandbox.write((context) =>
      sandbox.pipeline.operations.execute(
        { name, target, table: undefined, parameters: { ...parameters } },
        context,
      ),
    );
  const unmanaged = (sandbox: Trial): string => {
    const row = [...sandbox.store.rows('solution')].find((one) => one['ismanaged'] === false);
    return typeof row?.['uniquename'] === 'string' ? row['uniquename'] : '';
  };

  it('put a webhook into a solution once, and take it out again', async () => {
    const sandbox = trial();
    const hook = await sandbox.webhook('http://127.0.0.1:9/');
    const solution = unmanaged(sandbox);
    const add = {
      ComponentId: hook,
      ComponentType: 95,
      SolutionUniqueName: solution,
      AddRequiredComponents: false,
    };
    const members = (): number => [...sandbox.store.where('solutioncomponent', 'objectid', hook)].length;
    await run(sandbox, 'AddSolutionComponent', add);
    assert.equal(members(), 1);
    await assert.rejects(run(sandbox, 'AddSolutionComponent', add), { code: '0x80048542' });
    await assert.rejects(run(sandbox, 'AddSolutionComponent', { ...add, SolutionUniqueName: 'nowhere' }), {
      code: '0x8004f002',
    });
    await assert.rejects(run(sandbox, 'AddSolutionComponent', { ...add, ComponentType: 92 }), {
      httpStatus: 404,
    });
    await assert.rejects(run(sandbox, 'AddSolutionComponent', { ...add, ComponentType: 61 }), {
      httpStatus: 501,
    });
    await assert.rejects(run(sandbox, 'AddSolutionComponent', { ComponentId: hook }), { httpStatus: 400 });
    await run(sandbox, 'RemoveSolutionComponent', {
      SolutionComponent: {
        '@odata.type': 'Microsoft.Dynamics.CRM.solutioncomponent',
        solutioncomponentid: hook,
      },
      ComponentType: 95,
      SolutionUniqueName: solution,
    });
    assert.equal(members(), 0);
    assert.ok(sandbox.store.get('serviceendpoint', hook));
  });

  it('check an endpoint by calling it', async () => {
    const sandbox = trial();
    const receiver = await receive();
    const target = { table: 'serviceendpoint', id: await sandbox.webhook(receiver.url) };
    assert.equal(await run(sandbox, 'TriggerServiceEndpointCheck', {}, target), undefined);
    assert.equal(receiver.requests()[0]?.target, '/?code=key');
    receiver.answerWith({ status: 403 });
    await assert.rejects(run(sandbox, 'TriggerServiceEndpointCheck', {}, target), { code: '0x80050201' });
  });

  it('are known by their names, and only they', () => {
    const { operations } = trial().pipeline;
    assert.deepEqual(
      ['TriggerServiceEndpointCheck', 'new_ApproveProject', 'Merge', 'toString', '__proto__'].map((name) =>
        operations.knowsAction(name),
      ),
      [true, true, false, false, false],
    );
  });
});
