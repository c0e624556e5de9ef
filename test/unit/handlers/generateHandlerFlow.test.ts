import assert from 'node:assert/strict';
import { CancelledError } from '../../../src/base/errors';
import { generateHandler } from '../../../src/handlers/handler';
import type { GeneratedFile } from '../../../src/handlers/model';
import {
  filesToWrite,
  generated,
  generateHandlerWizard,
  generateStart,
  type GenerateAnswers,
  type GenerateContext,
} from '../../../src/presentation/flows/generateHandler';
import { sampleBody } from '../../../src/presentation/handlers/sampleBody';
import { readContext } from '../../../src/delivery/readContext';
import { BACK } from '../../../src/wizard/ui';
import { runWizard } from '../../../src/wizard/wizard';
import { plainStep } from '../../fakes/handlerSteps';
import { CANCEL, KEEP, pick, ScriptedUser, type, typeRefused, type Answer } from '../../fakes/scriptedUser';

const never = new AbortController().signal;
const OUTSIDE = { label: '/elsewhere', uri: 'file:///elsewhere' };

interface Rig extends GenerateContext {
  readonly shown: string[];
}

function rig(more: Partial<GenerateContext> = {}, there: readonly string[] = []): Rig {
  const shown: string[] = [];
  return {
    step: plainStep(),
    authType: 'webhookKey',
    generate: generateHandler,
    knownNames: [],
    folders: (name) => [
      { label: `projects/${name}`, uri: `file:///projects/${name}` },
      { label: 'work', uri: 'file:///work' },
    ],
    browse: () => Promise.resolve(OUTSIDE),
    existing: (folder, files) =>
      Promise.resolve(
        folder.label === 'work' ? files.map(({ path }) => path).filter((path) => there.includes(path)) : [],
      ),
    show: (file) => {
      shown.push(file.path);
      return Promise.resolve();
    },
    shown,
    ...more,
  };
}

async function run(
  context: Rig,
  answers: readonly Answer[],
): Promise<{ answers: GenerateAnswers; user: ScriptedUser }> {
  const user = new ScriptedUser(answers);
  const result = await runWizard(generateHandlerWizard(context), user, generateStart(context), never);
  user.done();
  return { answers: result, user };
}

const paths = (files: readonly GeneratedFile[]): readonly string[] => files.map(({ path }) => path);

describe('The flow Generate Handler', () => {
  it('asks for the kind and the folder, shows every file, and ends with writing them', async () => {
    const context = rig();
    const { answers, user } = await run(context, [
      pick('Express'),
      pick('projects/new-thing-update'),
      pick('src/onDelivery.ts'),
      pick('Write 15 Files'),
    ]);
    assert.deepEqual(
      user.shown.map(({ place }) => `${place.number}/${place.total}`),
      ['1/3', '2/3', '3/3', '3/3'].slice(0, user.shown.length),
    );
    assert.deepEqual(context.shown, ['src/onDelivery.ts']);
    assert.equal(answers.folder?.uri, 'file:///projects/new-thing-update');
    const handler = generated(context, answers);
    assert.ok(handler);
    assert.equal(filesToWrite(handler, answers).length, 15);
    assert.ok(user.shown.at(-1)?.labels.includes('package.json'));
  });

  it('says which files are there already, and writes only the new ones when told so', async () => {
    const context = rig({}, ['package.json', 'README.md']);
    const { answers, user } = await run(context, [
      pick('Node.js'),
      pick('work'),
      pick('Write Only the 13 New Files'),
    ]);
    assert.match(user.screen, /is there already/);
    assert.match(user.screen, /Write 15 Files and Overwrite 2 of Them/);
    const handler = generated(context, answers);
    assert.ok(handler);
    const written = paths(filesToWrite(handler, answers));
    assert.ok(!written.includes('package.json') && !written.includes('README.md'));
    assert.equal(written.length, 13);
  });

  it('overwrites only when the user chose the words that say so', async () => {
    const context = rig({}, ['package.json']);
    const { answers } = await run(context, [
      pick('Node.js'),
      pick('work'),
      pick('Write 15 Files and Overwrite 1 of Them'),
    ]);
    const handler = generated(context, answers);
    assert.ok(handler);
    assert.equal(filesToWrite(handler, answers).length, 15);
  });

  it('looks again for files when kind or folder is changed in the review', async () => {
    const context = rig({}, ['tsconfig.json']);
    const { answers, user } = await run(context, [
      pick('ASP.NET Core Minimal API'),
      pick('work'),
      pick('Kind'),
      pick('Node.js'),
      pick('Folder'),
      pick('projects/new-thing-update'),
      pick('Write 15 Files'),
    ]);
    assert.match(user.screen, /Overwrite 1 of Them/);
    assert.deepEqual(answers.existing, []);
    assert.equal(answers.kind, 'node');
  });

  it('asks for the names that carry secrets only where they are not known, and checks them', async () => {
    const asked = rig({ authType: 'httpHeader' });
    const { answers } = await run(asked, [
      pick('Node.js'),
      typeRefused('', /./),
      typeRefused('x key', /U\+0020/),
      typeRefused('a, A', /A/),
      type('x-api-key, x-tenant'),
      pick('work'),
      pick('Write 15 Files'),
    ]);
    assert.deepEqual(answers.names, ['x-api-key', 'x-tenant']);
    const known = rig({ authType: 'httpHeader', knownNames: ['x-known'] });
    const { answers: kept } = await run(known, [pick('Node.js'), pick('work'), pick('Write 15 Files')]);
    const handler = generated(known, kept);
    assert.match(
      handler?.files.find(({ path }) => path === 'src/authentication.ts')?.text ?? '',
      /'x-known'/,
    );
  });

  it('takes a folder outside of the workspace, and asks again when none was chosen there', async () => {
    let times = 0;
    const context = rig({ browse: () => Promise.resolve(times++ === 0 ? undefined : OUTSIDE) });
    const { answers } = await run(context, [
      pick('Node.js'),
      pick('Another Folder…'),
      pick('Another Folder…'),
      pick('Write 15 Files'),
    ]);
    assert.deepEqual(answers.folder, OUTSIDE);
  });

  it('goes back without losing an answer, and leaves at any question', async () => {
    const { answers } = await run(rig(), [
      pick('Express'),
      BACK,
      KEEP,
      pick('work'),
      BACK,
      KEEP,
      pick('Write 15 Files'),
    ]);
    assert.equal(answers.kind, 'express');
    const starts: ReadonlyArray<readonly Answer[]> = [[], [pick('Node.js')], [pick('Node.js'), pick('work')]];
    for (const before of starts) await assert.rejects(run(rig(), [...before, CANCEL]), CancelledError);
  });
});

describe('The sample body of a step', () => {
  for (const message of [
    'Create',
    'Update',
    'Delete',
    'Assign',
    'SetState',
    'CreateMultiple',
    'UpdateMultiple',
    'new_Custom',
  ])
    it(`is a body as it would come, for ${message}`, () => {
      for (const table of [plainStep().table, undefined]) {
        const { context, problems } = readContext(sampleBody(plainStep({ message, table, images: [] })));
        assert.deepEqual(problems, []);
        assert.equal(context?.messageName, message);
        assert.equal(context.primaryEntityName, table?.name ?? 'none');
        assert.equal(context.mode, 1);
      }
    });

  it('is the same each time', () => {
    assert.equal(sampleBody(plainStep()), sampleBody(plainStep()));
  });
});
