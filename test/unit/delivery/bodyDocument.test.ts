import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { bodyFromText, headersOfBody, readableBody } from '../../../src/delivery/bodyDocument';
import { writeContext } from '../../../src/delivery/wire';
import { completeContexts } from './contextArbitrary';

describe('The document of a body', () => {
  it('goes back to the very bytes it was made of', () => {
    fc.assert(
      fc.property(completeContexts, (context) => {
        const text = writeContext(context);
        const reading = bodyFromText(readableBody(text), false, Number.MAX_SAFE_INTEGER);
        assert.ok(reading.ok);
        assert.equal(reading.body.text, text);
        assert.equal(reading.body.bytes, Buffer.byteLength(text));
      }),
    );
  });

  it('shows slashes as they are read, and every member on a line of its own', () => {
    const text = '{"Depth":1.0,"InputParameters":[],"MessageName":"a\\/b","ParentContext":{"Depth":null}}';
    assert.equal(
      readableBody(text),
      [
        '{',
        '  "Depth": 1.0,',
        '  "InputParameters": [],',
        '  "MessageName": "a/b",',
        '  "ParentContext": {',
        '    "Depth": null',
        '  }',
        '}',
        '',
      ].join('\n'),
    );
  });

  it('keeps what an editor wrote beside the documented members', () => {
    const reading = bodyFromText('\uFEFF{ "Own": [1.50, "é/"] , "MessageName": "Update" }');
    assert.ok(reading.ok);
    assert.equal(reading.body.text, '{"Own":[1.50,"é\\/"],"MessageName":"Update"}');
    assert.deepEqual(reading.members, {
      messageName: 'Update',
      primaryEntityName: undefined,
      correlationId: undefined,
    });
  });

  it('loses four members and says so when it is too large, or when that is asked for', () => {
    const members = { ParentContext: null, InputParameters: [], PreEntityImages: [], PostEntityImages: [] };
    const small = JSON.stringify({ ...members, Stage: 40 });
    const asked = bodyFromText(small, true);
    assert.ok(asked.ok);
    assert.deepEqual(asked.body, { text: '{"Stage":40}', bytes: 12, trimmed: true, tooLarge: false });
    const large = bodyFromText(JSON.stringify({ ...members, InputParameters: ['x'.repeat(262_144)] }));
    assert.ok(large.ok);
    assert.deepEqual(large.body, { text: '{}', bytes: 2, trimmed: true, tooLarge: false });
    const hopeless = bodyFromText(JSON.stringify({ Own: 'x'.repeat(262_144) }));
    assert.ok(hopeless.ok && hopeless.body.tooLarge);
    const untouched = bodyFromText(small);
    assert.ok(untouched.ok && !untouched.body.trimmed);
  });

  it('says why a text is no body', () => {
    const problem = (text: string) => {
      const reading = bodyFromText(text);
      return reading.ok ? undefined : reading.problem;
    };
    assert.equal(problem('  \n'), 'empty');
    assert.equal(problem('{"a":}'), 'notJson');
    assert.equal(problem('['.repeat(100_000)), 'notJson');
    assert.equal(problem('[1]'), 'notAnObject');
    assert.equal(problem('null'), 'notAnObject');
  });

  it('has headers that say the same as its members, in characters a header can have', () => {
    const reading = bodyFromText(
      '{"MessageName":"Upd\\nate","PrimaryEntityName":"kontakt_ä","CorrelationId":"c"}',
    );
    assert.ok(reading.ok);
    assert.deepEqual(headersOfBody(reading.members, 'contoso.crm.dynamics.com'), {
      organization: 'contoso.crm.dynamics.com',
      entityName: 'kontakt_?',
      requestName: 'Upd?ate',
      correlationId: 'c',
    });
  });
});
