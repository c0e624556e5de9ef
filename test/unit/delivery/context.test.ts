import assert from 'node:assert/strict';

import fc from 'fast-check';

import {
  contextReference,
  isTrimmed,
  type ContextEntity,
  type ExecutionContext,
} from '../../../src/delivery/executionContext';
import { readContext } from '../../../src/delivery/readContext';
import { writeBody, writeContext, writeValue } from '../../../src/delivery/wire';
import { completeContexts, contextValues } from './contextArbitrary';
import { olderUpdate, partyUpdate, presenceUpdate } from './publishedShapes';

const MEMBERS = [
  'BusinessUnitId', 'CorrelationId', 'Depth', 'InitiatingUserAgent', 'InitiatingUserAzureActiveDirectoryObjectId',
  'InitiatingUserId', 'InputParameters', 'IsExecutingOffline', 'IsInTransaction', 'IsOfflinePlayback', 'IsolationMode',
  'MessageName', 'Mode', 'OperationCreatedOn', 'OperationId', 'OrganizationId', 'OrganizationName', 'OutputParameters',
  'OwningExtension', 'ParentContext', 'PostEntityImages', 'PreEntityImages', 'PrimaryEntityId', 'PrimaryEntityName',
  'RequestId', 'SecondaryEntityName', 'SharedVariables', 'Stage', 'UserAzureActiveDirectoryObjectId', 'UserId',
]; // prettier-ignore

const row: ContextEntity = {
  attributes: [{ key: 'name', value: { kind: 'string', value: 'a/b' } }],
  entityState: null,
  formattedValues: [{ key: 'creditonhold', value: 'No' }],
  id: '0f6d2c44-7b8e-ef11-ac20-6045bdd1a101',
  keyAttributes: [],
  logicalName: 'account',
  relatedEntities: [],
  rowVersion: null,
};

describe('the wire form of an execution context', () => {
  it('writes a reference, a choice and an amount with their type first and the slashes escaped', () => {
    assert.equal(
      writeValue(contextReference('contact', '1a7e3d55-7b8e-ef11-ac20-6045bdd1a101')),
      '{"__type":"EntityReference:http:\\/\\/schemas.microsoft.com\\/xrm\\/2011\\/Contracts","Id":"1a7e3d55-7b8e-ef11-ac20-6045bdd1a101","KeyAttributes":[],"LogicalName":"contact","Name":null,"RowVersion":null}',
    );
    assert.equal(
      writeValue({ kind: 'optionSet', value: 1 }),
      '{"__type":"OptionSetValue:http:\\/\\/schemas.microsoft.com\\/xrm\\/2011\\/Contracts","Value":1}',
    );
    assert.equal(
      writeValue({ kind: 'money', digits: '100' }),
      '{"__type":"Money:http:\\/\\/schemas.microsoft.com\\/xrm\\/2011\\/Contracts","Value":100}',
    );
  });

  it('writes a row with its type as a parameter and without it as an image', () => {
    const members =
      '"Attributes":[{"key":"name","value":"a\\/b"}],"EntityState":null,"FormattedValues":[{"key":"creditonhold","value":"No"}],"Id":"0f6d2c44-7b8e-ef11-ac20-6045bdd1a101","KeyAttributes":[],"LogicalName":"account","RelatedEntities":[],"RowVersion":null}';
    assert.equal(
      writeValue({ kind: 'entity', entity: row }),
      `{"__type":"Entity:http:\\/\\/schemas.microsoft.com\\/xrm\\/2011\\/Contracts",${members}`,
    );
    assert.equal(
      writeContext({ preEntityImages: [{ key: 'Pre', entity: row }] }),
      `{"PreEntityImages":[{"key":"Pre","value":{${members}}]}`,
    );
  });

  it('writes dates with the offset they have and numbers with the digits they have', () => {
    assert.equal(writeValue({ kind: 'date', milliseconds: 1741083330000 }), '"\\/Date(1741083330000)\\/"');
    assert.equal(
      writeValue({ kind: 'date', milliseconds: 1741086127000, offset: '+0000' }),
      '"\\/Date(1741086127000+0000)\\/"',
    );
    assert.equal(writeValue({ kind: 'decimal', digits: '1.0' }), '1.0');
    assert.equal(writeValue({ kind: 'optionSetCollection', values: [] }), '[]');
  });

  it('has all thirty members in alphabetical order', () => {
    fc.assert(
      fc.property(completeContexts, (context) => {
        const names = Object.keys(JSON.parse(writeContext(context)) as object);
        assert.deepEqual(names, MEMBERS);
      }),
      { numRuns: 20 },
    );
  });

  it('never leaves a slash unescaped', () => {
    fc.assert(
      fc.property(contextValues, (value) => {
        assert.doesNotMatch(writeValue(value), /(?<!\\)\//);
      }),
    );
  });
});

describe('a body over the size limit', () => {
  const big: ExecutionContext = {
    depth: 1,
    inputParameters: [{ key: 'Target', value: { kind: 'string', value: 'é'.repeat(200_000) } }],
    parentContext: null,
    postEntityImages: [],
    preEntityImages: [],
    primaryEntityName: 'account',
  };

  it('loses four members, counted in UTF-8 bytes', () => {
    const body = writeBody(big);
    assert.equal(body.text, '{"Depth":1,"PrimaryEntityName":"account"}');
    assert.deepEqual([body.bytes, body.trimmed, body.tooLarge], [41, true, false]);
    const reading = readContext(body.text);
    assert.equal(reading.context !== undefined && isTrimmed(reading.context), true);
  });

  it('stays whole at the limit and is cut one byte above it', () => {
    const whole = writeContext(big);
    const bytes = Buffer.byteLength(whole);
    assert.equal(bytes > 262_144 && whole.length < 262_144, true);
    assert.equal(writeBody(big, bytes).text, whole);
    assert.equal(writeBody(big, bytes - 1).trimmed, true);
  });

  it('tells when even the rest is too large', () => {
    assert.equal(writeBody({ ...big, primaryEntityName: 'x'.repeat(300_000) }).tooLarge, true);
  });

  it('is recognized when the four members are null instead of absent', () => {
    const reading = readContext(
      '{"Depth":1,"InputParameters":null,"ParentContext":null,"PostEntityImages":null,"PreEntityImages":null}',
    );
    assert.deepEqual(reading.problems, []);
    assert.equal(reading.context !== undefined && isTrimmed(reading.context), true);
  });
});

describe('reading an execution context', () => {
  for (const [name, body] of Object.entries({ olderUpdate, presenceUpdate, partyUpdate })) {
    it(`gives back the published shape ${name} byte for byte`, () => {
      const reading = readContext(body);
      assert.deepEqual(reading.problems, []);
      assert.ok(reading.context);
      assert.equal(writeContext(reading.context), body);
    });

    it(`reads ${name} alike with white space and without escaped slashes`, () => {
      const loose = JSON.stringify(JSON.parse(body), null, 2);
      assert.deepEqual(readContext(loose).context, readContext(body).context);
    });
  }

  it('gives back what was written, for every kind of value', () => {
    fc.assert(
      fc.property(completeContexts, (context) => {
        const reading = readContext(writeContext(context));
        assert.deepEqual(reading.problems, []);
        assert.deepEqual(reading.context, context);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps trailing zeros and digits beyond a double', () => {
    const body = '{"SharedVariables":[{"key":"a","value":1.50},{"key":"b","value":9007199254740993}]}';
    const reading = readContext(body);
    assert.ok(reading.context);
    assert.equal(writeContext(reading.context), body);
  });

  it('tells values apart by shape when there is no type', () => {
    const reading = readContext(
      '{"InputParameters":[{"key":"a","value":{"Id":"i","LogicalName":"contact"}},{"key":"b","value":{"Value":7}},{"key":"c","value":{"Value":7.5}},{"key":"d","value":{"Attributes":[]}},{"key":"e","value":{"Entities":[]}}]}',
    );
    assert.deepEqual(reading.problems, []);
    assert.deepEqual(
      reading.context?.inputParameters?.map((pair) => pair.value.kind),
      ['entityReference', 'optionSet', 'money', 'entity', 'entityCollection'],
    );
  });

  it('keeps what it does not know and says so', () => {
    const body =
      '{"InputParameters":[{"key":"Query","value":{"__type":"QueryExpression:http:\\/\\/x","N":1.0}}]}';
    const reading = readContext(body);
    assert.deepEqual(reading.problems, [{ path: 'InputParameters[0].value', reason: 'unknownType' }]);
    assert.ok(reading.context);
    assert.equal(writeContext(reading.context), body);
  });

  it('names the place of a member of the wrong type and reads the rest', () => {
    const reading = readContext(
      '{"Depth":"one","MessageName":"Update","Extra":1,"ParentContext":{"Stage":true}}',
    );
    assert.deepEqual(reading.problems, [
      { path: 'Extra', reason: 'unknownMember' },
      { path: 'Depth', reason: 'wrongType' },
      { path: 'ParentContext.Stage', reason: 'wrongType' },
    ]);
    assert.deepEqual(reading.context, { messageName: 'Update', parentContext: {} });
  });

  it('says why a body is no context', () => {
    const reasons = ['', '<html>', '[]', '3', '{"error":1}'].map(
      (body) => readContext(body).problems[0]?.reason,
    );
    assert.deepEqual(reasons, ['notJson', 'notJson', 'notAnObject', 'notAnObject', 'notAContext']);
  });

  it('survives any nesting', () => {
    const parents = '{"ParentContext":'.repeat(2_000) + '{}' + '}'.repeat(2_000);
    assert.equal(readContext(parents).problems.at(-1)?.reason, 'tooDeep');
    const lists = `{"SharedVariables":[{"key":"k","value":${'['.repeat(5_000)}${']'.repeat(5_000)}}]}`;
    assert.equal(readContext(lists).problems[0]?.reason, 'tooDeep');
    const hopeless = `{"SharedVariables":${'['.repeat(500_000)}${']'.repeat(500_000)}}`;
    assert.equal(readContext(hopeless).problems[0]?.reason, 'tooDeep');
  });

  it('never throws, whatever JSON comes', () => {
    const keys = fc.constantFrom(
      'key',
      'value',
      '__type',
      'Attributes',
      'Entities',
      'Value',
      'InputParameters',
      'ParentContext',
    );
    const { json } = fc.letrec((tie) => ({
      json: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom(null, true, 1.5, 'x', 'Entity:http://x', 'Money', '/Date(1)/'),
        fc.array(tie('json'), { maxLength: 3 }),
        fc.dictionary(keys, tie('json'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(json, (body) => {
        readContext(JSON.stringify({ InputParameters: body, PreEntityImages: body, ParentContext: body }));
      }),
    );
  });
});
