import assert from 'node:assert/strict';
import fc from 'fast-check';
import { pastedTarget } from '../../../src/webhooks/pastedTarget';

/** The parts of a recognised text, with the secrets in sight. */
function parts(text: string): unknown {
  const target = pastedTarget(text);
  if (target === undefined) return undefined;
  const { source, url, auth } = target;
  const secrets =
    auth?.type === 'webhookKey'
      ? auth.key.reveal()
      : auth?.pairs.map(({ name, value }) => `${name}: ${value.reveal()}`);
  return [source, url, secrets];
}

describe('A text pasted as a URL', () => {
  it('is a plain URL when there is no key in it', () => {
    for (const text of [
      '',
      'https://h.example/x',
      'https://h.example/x?code=',
      'h?code=1',
      'https://h/x?code=1#f',
    ])
      assert.equal(pastedTarget(text), undefined, text);
    assert.equal(pastedTarget('https://h/x?code=1&code=2'), undefined);
    assert.equal(pastedTarget('https://h/x?code=%E0%A4%A'), undefined);
  });

  it('gives the key of a function URL, decoded, and leaves the rest as it was', () => {
    assert.deepEqual(parts('https://fn.example/api/x?code=a%2Bb%3D%3D'), [
      'functionUrl',
      'https://fn.example/api/x',
      'a+b==',
    ]);
    assert.deepEqual(parts(' https://fn.example/api/x?a=%41&code=k&b '), [
      'functionUrl',
      'https://fn.example/api/x?a=%41&b',
      'k',
    ]);
  });

  it('gives URL and headers of a curl command as sh, cmd and PowerShell write it', () => {
    const expected = ['curl', 'https://h.example/x', ['x-api-key: s 1', 'Authorization: Bearer t']];
    for (const text of [
      `curl -X POST https://h.example/x -H 'x-api-key: s 1' -H "Authorization: Bearer t" -d '{"a": "https://no.example"}'`,
      `curl --request POST \\\n  --url 'https://h.example/x' \\\n  --header 'x-api-key: s 1' --header='Authorization: Bearer t'`,
      `curl -sS --location "https://h.example/x" \\  -H"x-api-key: s 1" \\  -sSH "Authorization: Bearer t"`,
      `curl.exe ^  -H "x-api-key: s 1" ^  -H "Authorization: Bearer t" ^  "https://h.example/x"`,
      `$ curl --data-raw '' -o out.txt -H 'Accept: */*' -H 'content-type: a' -H 'x-api-key: s 1' -H 'Authorization: Bearer t' https://h.example/x`,
    ])
      assert.deepEqual(parts(text), expected, text);
  });

  it('gives the header of a user, and the key of a function URL inside the command', () => {
    assert.deepEqual(parts('curl -u user:pässword https://h.example'), [
      'curl',
      'https://h.example',
      [`Authorization: Basic ${Buffer.from('user:pässword').toString('base64')}`],
    ]);
    assert.deepEqual(parts('curl "https://fn.example/x?code=k%20k"'), [
      'curl',
      'https://fn.example/x',
      'k k',
    ]);
    assert.deepEqual(parts('curl hooks.example.com/x'), ['curl', 'http://hooks.example.com/x', undefined]);
  });

  it('leaves out headers that cannot be registered', () => {
    assert.deepEqual(
      parts(
        `curl https://h -H 'Host: x' -H 'x-ms-dynamics-organization: y' -H 'empty:' -H 'x-a: 1' -H 'X-A: 2'`,
      ),
      ['curl', 'https://h', ['x-a: 1']],
    );
  });

  it('is judged at once, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 2000 }), (text) => {
        const target = pastedTarget(`curl ${text}`);
        assert.ok(target === undefined || target.source === 'curl');
        pastedTarget(text);
      }),
      { numRuns: 300 },
    );
    const start = process.cpuUsage().user;
    pastedTarget(`curl ${"'\\".repeat(50_000)}`);
    pastedTarget(`curl ${'"\\ '.repeat(50_000)}`);
    assert.ok(process.cpuUsage().user - start < 2_000_000);
  });
});
