import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  messageLine,
  oneLine,
  plainLine,
  promptLine,
  rowLine,
  groupLine,
  titleLine,
} from '../../../src/presentation/texts/plainText';

describe('Text of a stranger on one line', () => {
  it('has no line breaks, controls or changes of direction, and an end', () => {
    const unit = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '\n',
        '\r\n',
        '\u2028',
        '\u2029',
        '\u0085',
        '\0',
        '\u001B[31m',
        '\u202E',
        '\u2067',
        '\u200E',
        '\uDC00',
        '<b>',
        '**',
        '${x}',
      ),
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 200 }), (parts) => {
        const line = oneLine(parts.join(''));
        assert.match(line, /^[^\p{Cc}\p{Bidi_Control}\u2028\u2029]*$/u);
        assert.ok(line.length <= 300 && line.isWellFormed() && line === line.trim());
      }),
    );
    assert.equal(oneLine(' a\r\n\r\nb\u202Ec '), 'a b c');
    assert.equal(oneLine('<b>&amp;</b>'), '<b>&amp;</b>');
  });
});

describe('What stands in messages and quick inputs', () => {
  const hostile = '$(zap) [Go](command:workbench.action.quit)\nx\u202Ey $(sync~spin) $( ) $(é)';

  it('is one line without links, and without icons where these would be drawn', () => {
    assert.equal(
      messageLine(hostile),
      '$(zap) [Go] (command:workbench.action.quit) x y $(sync~spin) $( ) $(é)',
    );
    assert.equal(
      rowLine(hostile),
      '\\$(zap) [Go](command:workbench.action.quit) x y \\$(sync~spin) $( ) $(é)',
    );
    assert.equal(
      promptLine(hostile),
      '\\$(zap) [Go] (command:workbench.action.quit) x y \\$(sync~spin) $( ) $(é)',
    );
    assert.equal(groupLine('\u202e$(zap) [Go](x)\n'), ' $(zap) [Go](x) ');
    assert.equal(groupLine('a'.repeat(100)).length, 56, 'it would take the room of its first row');
    assert.equal(titleLine('a'.repeat(5000)).length, 70);
    assert.equal(plainLine('a'.repeat(5000)).length, 5000);
  });
});
