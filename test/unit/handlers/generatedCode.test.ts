import assert from 'node:assert/strict';
import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { generateHandler, generateTypes } from '../../../src/handlers/handler';
import {
  HANDLER_KINDS,
  type GeneratedFile,
  type HandlerAuth,
  type HandlerKind,
} from '../../../src/handlers/model';
import { compileTypeScript } from '../../fakes/compileTypeScript';
import { anyStep, plainStep } from '../../fakes/handlerSteps';
import { cSharpGrammar, type CSharpGrammar } from '../../fakes/parseCSharp';

const AUTHS: readonly HandlerAuth[] = [
  { type: 'webhookKey', names: [] },
  { type: 'httpHeader', names: ['x-api-key'] },
  { type: 'httpHeader', names: ['x-api-key', 'X-Tenant'] },
  { type: 'httpQueryString', names: ['key', "it's", '"\\'] },
];
const TYPESCRIPT = ['node', 'express', 'functionsTypeScript'] as const;
const CSHARP = ['functionsCSharp', 'aspNetMinimal'] as const;

const anyAuth: fc.Arbitrary<HandlerAuth> = fc.record({
  type: fc.constantFrom('webhookKey', 'httpHeader', 'httpQueryString'),
  names: fc.array(fc.oneof(fc.string(), fc.constantFrom("'", '"', '\\', '*/', '${x}', '`', 'x-key')), {
    minLength: 1,
    maxLength: 3,
  }),
});

/** Many in one compilation, which costs hardly more than one. */
const manySteps = fc.array(anyStep, { minLength: 8, maxLength: 8, size: 'max' });

/** Several projects with the same settings as one. */
function together(projects: ReadonlyArray<readonly GeneratedFile[]>): readonly GeneratedFile[] {
  const settings = projects[0]?.filter(({ path }) => path === 'tsconfig.json') ?? [];
  const sources = projects.flatMap((files, index) =>
    files.map((file) => ({ ...file, path: `project${index}/${file.path}` })),
  );
  return [...sources, ...settings];
}

describe('A generated TypeScript handler', function () {
  // The first compilation reads the libraries.
  this.timeout(60_000);

  for (const kind of TYPESCRIPT)
    it(`compiles in the strictest mode, with the real types of its packages: ${kind}`, () => {
      const steps = [
        plainStep(),
        plainStep({ table: undefined }),
        plainStep({ message: 'Delete', images: [] }),
      ];
      const projects = AUTHS.flatMap((auth) =>
        steps.map((step) => generateHandler({ kind, auth, step, sampleBody: '{}' }).files),
      );
      assert.deepEqual(compileTypeScript(together(projects)), []);
    });

  it('compiles whatever the names and labels of the environment are', () => {
    fc.assert(
      fc.property(manySteps, anyAuth, fc.constantFrom(...TYPESCRIPT), (steps, auth, kind) => {
        const files = steps.map((step) => generateHandler({ kind, auth, step, sampleBody: '{}' }).files);
        assert.deepEqual(compileTypeScript(together(files)), []);
      }),
      { numRuns: 2, endOnFailure: true },
    );
  });

  it('would not compile if a type were missing', () => {
    const { files } = generateHandler({
      kind: 'node',
      auth: { type: 'webhookKey', names: [] },
      step: plainStep(),
      sampleBody: '{}',
    });
    const broken = files.map((file) => ({
      ...file,
      text: file.text.replaceAll('export type Guid = string;', ''),
    }));
    assert.notDeepEqual(compileTypeScript(broken), []);
  });
});

describe('Generated TypeScript types', function () {
  this.timeout(60_000);

  it('compile alone, whatever the names of the environment are', () => {
    fc.assert(
      fc.property(manySteps, (steps) => {
        const files = steps.flatMap((step, index) => {
          const text = generateTypes('typescript', step);
          assert.equal(text === undefined, step.table === undefined);
          return text === undefined ? [] : [{ path: `types${index}.ts`, text }];
        });
        assert.deepEqual(compileTypeScript([...files, STRICT]), []);
      }),
      { numRuns: 2, endOnFailure: true },
    );
  });

  it('name each column, and each choice with its label', () => {
    const text = generateTypes('typescript', plainStep()) ?? '';
    assert.match(text, /readonly new_string\?: string \| null;/);
    assert.match(text, /readonly new_picklist\?: OptionSetValue<NewThingNewPicklist> \| null;/);
    assert.match(
      text,
      /readonly new_multiselectpicklist\?: ReadonlyArray<\s*OptionSetValue<NewThingNewMultiSelectPicklist>\s*> \| null;/,
    );
    assert.match(text, /readonly new_datetime\?: WireDate \| null;/);
    assert.match(text, /readonly new_owner\?: EntityReference \| null;/);
    assert.match(text, /readonly new_money\?: Money \| null;/);
    assert.match(text, /\/\*\* Second \*\/\n {2}Second: 2,/);
  });
});

/** A project that generated types must fit into. */
const STRICT = {
  path: 'tsconfig.json',
  text: '{"compilerOptions":{"strict":true,"noUncheckedIndexedAccess":true,"noPropertyAccessFromIndexSignature":true,"skipLibCheck":true,"noUnusedLocals":true,"exactOptionalPropertyTypes":true,"module":"nodenext"}}',
};

describe('Generated C#', function () {
  // A slow machine takes its time for a thousand files.
  this.timeout(60_000);

  let grammar: CSharpGrammar;
  before(async () => {
    grammar = await cSharpGrammar();
  });

  for (const kind of CSHARP)
    it(`has the grammar of C#: ${kind}`, () => {
      for (const auth of AUTHS)
        for (const step of [plainStep(), plainStep({ table: undefined })])
          for (const file of generateHandler({ kind, auth, step, sampleBody: '{}' }).files)
            if (file.path.endsWith('.cs')) assert.deepEqual(grammar(file.text), [], file.path);
    });

  it('has it whatever the names and labels of the environment are', () => {
    fc.assert(
      fc.property(anyStep, anyAuth, fc.constantFrom(...CSHARP), (step, auth, kind) => {
        for (const file of generateHandler({ kind, auth, step, sampleBody: '{}' }).files)
          if (file.path.endsWith('.cs')) assert.deepEqual(grammar(file.text), [], file.path);
        const types = generateTypes('csharp', step);
        if (types !== undefined) assert.deepEqual(grammar(types), []);
      }),
      { numRuns: 60 },
    );
  });

  it('would be found out by the grammar', () => {
    assert.deepEqual(grammar('class A { int b = 1; }'), []);
    assert.notDeepEqual(grammar('class A { int b = "; }'), []);
    assert.notDeepEqual(grammar('class A { int b = 1; '), []);
  });

  it('gives every column, choice and image a name of its own', () => {
    fc.assert(
      fc.property(anyStep, (step) => {
        const types = generateTypes('csharp', step) ?? '';
        const names = [...types.matchAll(/^ {4}public (?:enum|sealed class|static class) (\S+)/gm)].map(
          ([, name]) => name?.toLowerCase(),
        );
        assert.equal(new Set(names).size, names.length);
      }),
    );
  });
});

describe('A generated JSON Schema', function () {
  this.timeout(60_000);

  it('is a schema of draft 2020-12, whatever the names of the environment are', () => {
    fc.assert(
      fc.property(anyStep, (step) => {
        const text = generateTypes('jsonSchema', step) ?? '';
        const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true });
        const schema = JSON.parse(text) as AnySchemaObject;
        assert.ok(ajv.validateSchema(schema), ajv.errorsText());
        ajv.compile(schema);
      }),
      { numRuns: 20 },
    );
  });
});

describe('A generated handler', () => {
  const of = (kind: HandlerKind) =>
    generateHandler({ kind, auth: { type: 'webhookKey', names: [] }, step: plainStep(), sampleBody: '{}' });

  it('has each file once, at a path that every file system takes, and its main file among them', () => {
    fc.assert(
      fc.property(anyStep, anyAuth, fc.constantFrom(...HANDLER_KINDS), (step, auth, kind) => {
        const { name, files, mainFile } = generateHandler({ kind, auth, step, sampleBody: '{}' });
        const paths = files.map((file) => file.path);
        assert.equal(new Set(paths.map((path) => path.toLowerCase())).size, paths.length);
        for (const path of [name, ...paths]) assert.match(path, /^(?!.*\.\.)[\w.-]+(\/[\w.-]+)*$/);
        assert.ok(paths.includes(mainFile));
        for (const { path, text } of files) {
          assert.ok(text.endsWith('\n'), path);
          assert.ok(text.isWellFormed(), path);
          if (path.endsWith('.json')) JSON.parse(text);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('says in a README how to start it and which variables it reads, and has no place where a secret would stand', () => {
    for (const kind of HANDLER_KINDS) {
      const { files } = of(kind);
      const readme = files.find((file) => file.path === 'README.md')?.text ?? '';
      assert.match(readme, /`DATAVERSE_WEBHOOK_SECRET`/);
      const ignored = files.find((file) => file.path === '.gitignore')?.text ?? '';
      assert.match(ignored, /^\.env$/m);
      assert.match(ignored, /^local\.settings\.json$/m);
    }
  });

  it('has no unseen character of a stranger in its code', () => {
    fc.assert(
      fc.property(anyStep, anyAuth, fc.constantFrom(...HANDLER_KINDS), (step, auth, kind) => {
        for (const { path, text } of generateHandler({ kind, auth, step, sampleBody: '{}' }).files)
          if (/\.(ts|cs)$/.test(path)) assert.doesNotMatch(text, /[\p{Cf}\p{Zl}\p{Zp}]|(?!\n)\p{Cc}/u, path);
      }),
      { numRuns: 60 },
    );
  });
});
