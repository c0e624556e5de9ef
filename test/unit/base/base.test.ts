import assert from 'node:assert/strict';
import { Console } from 'node:console';
import { PassThrough } from 'node:stream';
import { format, inspect } from 'node:util';
import { parseXml } from '@rgrove/parse-xml';
import fc from 'fast-check';
import { systemClock } from '../../../src/base/clock';
import { DisposableStore, toDisposable } from '../../../src/base/disposable';
import { AppError, CancelledError, isCancellation, toError } from '../../../src/base/errors';
import { Emitter } from '../../../src/base/event';
import { isGuid } from '../../../src/base/guid';
import { isLoopbackHost } from '../../../src/base/hosts';
import { Secret } from '../../../src/base/secret';
import { cutText } from '../../../src/base/text';
import { escapeXml, isXmlText } from '../../../src/base/xmlText';
import { tryAll } from '../../../src/base/tryAll';

describe('A store of disposables', () => {
  it('gives back in reverse order, and once', () => {
    const order: string[] = [];
    const store = new DisposableStore();
    for (const name of ['a', 'b', 'c']) store.add(toDisposable(() => order.push(name)));
    store.dispose();
    store.dispose();
    assert.deepEqual(order, ['c', 'b', 'a']);
    assert.equal(store.disposed, true);
  });

  it('disposes at once what is added too late', () => {
    const store = new DisposableStore();
    store.dispose();
    let disposed = 0;
    store.add({ dispose: () => (disposed += 1) });
    assert.equal(disposed, 1);
  });

  it('gives back the others when one of them fails, and tells the failure', () => {
    const order: string[] = [];
    const store = new DisposableStore();
    store.add(toDisposable(() => order.push('first')));
    store.add({
      dispose: () => {
        throw new Error('stuck');
      },
    });
    store.add(toDisposable(() => order.push('last')));
    assert.throws(() => store.dispose(), /stuck/);
    assert.deepEqual(order, ['last', 'first']);
  });
});

describe('An emitter', () => {
  it('calls a listener until its subscription ends, and one subscribed twice twice', () => {
    const heard: number[] = [];
    const emitter = new Emitter<number>();
    const listener = (value: number): void => void heard.push(value);
    const first = emitter.event(listener);
    emitter.event(listener);
    emitter.fire(1);
    first.dispose();
    emitter.fire(2);
    emitter.dispose();
    emitter.fire(3);
    assert.deepEqual(heard, [1, 1, 2]);
  });

  it('tells the others when a listener fails', () => {
    const failures: unknown[] = [];
    const heard: string[] = [];
    const emitter = new Emitter<string>((error) => failures.push(error));
    emitter.event(() => {
      throw new Error('deaf');
    });
    emitter.event((value) => heard.push(value));
    emitter.fire('x');
    assert.deepEqual(heard, ['x']);
    assert.match(String(failures[0]), /deaf/);
  });

  it('lets a listener end its own subscription while it hears', () => {
    const emitter = new Emitter<void>();
    let heard = 0;
    const own = emitter.event(() => {
      heard += 1;
      own.dispose();
    });
    emitter.event(() => (heard += 10));
    emitter.fire();
    emitter.fire();
    assert.equal(heard, 21);
  });
});

describe('A secret', () => {
  it('prints as dots however it becomes text', () => {
    fc.assert(
      // A value that no name of a member can be.
      fc.property(fc.stringMatching(/^7x[a-z0-9]{6,20}$/), (value) => {
        const secret = new Secret(value);
        const stream = new PassThrough();
        new Console(stream).log(secret, { secret }, [secret], '%s %o %j', secret);
        const texts = [
          `${String(secret)} ${secret.toString()}`,
          JSON.stringify({ secret }),
          inspect(secret),
          inspect({ deep: [new Map([['k', secret]])] }, { depth: 9, showHidden: true }),
          format('%s %o %O %j %d', secret, secret, secret, secret, secret),
          String(stream.read()),
          Object.entries(secret).join(),
        ];
        for (const text of texts) assert.ok(!text.includes(value), text);
        assert.equal(String(secret), '•••');
        assert.equal(JSON.stringify(secret), '"•••"');
        assert.equal(secret.reveal(), value);
        assert.equal(secret.length, value.length);
      }),
    );
    assert.equal(new Secret('').isEmpty, true);
    assert.equal(new Secret(' ').isEmpty, false);
  });
});

describe('Text in XML', () => {
  const xmlText = fc.string({ unit: 'binary' }).filter(isXmlText);

  it('comes back from a parser as it was, in attributes and as content', () => {
    fc.assert(
      fc.property(xmlText, (text) => {
        const root = parseXml(`<x a="${escapeXml(text)}" b='${escapeXml(text)}'>${escapeXml(text)}</x>`).root;
        assert.equal(root?.attributes['a'], text);
        assert.equal(root.attributes['b'], text);
        assert.equal(root.text, text);
      }),
      { examples: [['\t\r\n&<>"\''], [']]>'], ['\u0085\u2028'], ['&amp;&#10;'], ['😀']] },
    );
  });

  it('is refused where XML has no form for it', () => {
    for (const text of ['\0', '\u0008', '\u000B', '\u001F', '\uD83D', '\uDE00x', '\uFFFE', '\uFFFF'])
      assert.equal(isXmlText(`a${text}`), false, JSON.stringify(text));
    for (const text of ['', '\t\n\r', '\u007F', '\uFFFD', '😀']) assert.equal(isXmlText(text), true);
  });
});

describe('Work on several things', () => {
  it('does all it can: of three, one that fails keeps the others from nothing and is told with its reason', async () => {
    const refused = new Error('refused');
    const asked: string[] = [];
    const { done, failed } = await tryAll(['slow', 'bad', 'quick'], async (name) => {
      asked.push(name);
      if (name === 'bad') throw refused;
      if (name === 'slow') await new Promise((resolve) => setImmediate(resolve));
      return name.toUpperCase();
    });
    assert.deepEqual(asked, ['slow', 'bad', 'quick']);
    assert.deepEqual(done, [
      { item: 'slow', value: 'SLOW' },
      { item: 'quick', value: 'QUICK' },
    ]);
    assert.deepEqual(failed, [{ item: 'bad', error: refused }]);
  });

  it('fails by itself where the act throws at once', async () => {
    const { failed } = await tryAll([1], () => {
      throw new Error('at once');
    });
    assert.equal(failed.length, 1);
  });
});

describe('A text that is cut', () => {
  it('is never longer than the limit and never ends in half a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 40 }), (text, limit) => {
        const cut = cutText(text, limit);
        assert.ok(cut.length <= limit);
        assert.ok(cut.isWellFormed());
        if (text.length <= limit) assert.equal(cut, text);
        else assert.ok(cut.endsWith('…') && text.startsWith(cut.slice(0, -1)));
      }),
      {
        examples: [
          ['😀😀', 2],
          ['😀😀', 3],
          ['ab', 1],
        ],
      },
    );
  });
});

describe('A host of this machine', () => {
  it('is told from one that is elsewhere, as URL writes them', () => {
    const host = (text: string): string => new URL(`http://${text}`).hostname;
    for (const text of [
      'localhost',
      'LOCALHOST',
      'localhost.',
      'a.localhost',
      '127.0.0.1',
      '127.1',
      '2130706433',
      '0x7f.1',
      '127.255.1.2',
      '[::1]',
      '[0:0:0:0:0:0:0:1]',
      '[::ffff:127.0.0.1]',
    ])
      assert.equal(isLoopbackHost(host(text)), true, text);
    for (const text of [
      'localhost.example.com',
      'notlocalhost',
      '128.0.0.1',
      '127.0.0.1.example.com',
      '10.0.0.1',
      '[::2]',
      '[::ffff:10.0.0.1]',
      '[fe80::1]',
      '0.0.0.0',
    ])
      assert.equal(isLoopbackHost(host(text)), false, text);
  });
});

describe('GUIDs', () => {
  it('are 32 digits in five groups, in any case', () => {
    const id = '3f6f1c52-0c2d-ef11-8e4f-000d3a3b1a01';
    assert.equal(isGuid(id) && isGuid(id.toUpperCase()), true);
    for (const text of [
      '',
      `{${id}}`,
      `${id} `,
      id.replaceAll('-', ''),
      `${id}\n`,
      id.replace('f', 'g'),
      id.replace('f', 'ĸ'),
      id.replace('3', '-'),
    ])
      assert.equal(isGuid(text), false, JSON.stringify(text));
  });
});

describe('The clock of the system', () => {
  it('waits, and stops waiting at once when it is aborted', async () => {
    await systemClock.delay(1);
    const abort = new AbortController();
    const waiting = systemClock.delay(60_000, abort.signal);
    abort.abort();
    await assert.rejects(waiting, CancelledError);
    await assert.rejects(systemClock.delay(60_000, abort.signal), CancelledError);
  });
});

describe('Errors', () => {
  it('carry their reason as data and keep their cause', () => {
    const cause = new Error('below');
    const error = new AppError('why', 'for the log', { details: { n: 1 }, cause });
    assert.deepEqual([error.reason, error.details, error.cause], ['why', { n: 1 }, cause]);
    assert.equal(Object.hasOwn(new AppError('why', 'x'), 'cause'), false);
  });

  it('tell a cancellation from a failure', () => {
    assert.equal(isCancellation(new CancelledError()), true);
    assert.equal(isCancellation(new DOMException('x', 'AbortError')), true);
    for (const thrown of [new Error('x'), 'AbortError', undefined, { name: 'AbortError' }])
      assert.equal(isCancellation(thrown), false);
  });

  it('are made of anything that can be thrown', () => {
    fc.assert(fc.property(fc.anything(), (thrown) => toError(thrown) instanceof Error));
    assert.equal(toError('text').message, 'text');
  });
});
