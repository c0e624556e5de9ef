import { Agent, request as httpRequest } from 'node:http';
import path from 'node:path';
import { readContext } from '../../src/delivery/readContext';
import { olderUpdate, partyUpdate, presenceUpdate } from '../unit/delivery/publishedShapes';
import { bareFetch, startBeside, type Beside } from './bare';
import { inTurns, median, time, type Bench, type Figure } from './figure';

/** Deliveries of one turn; five turns and more are as many as nothing may be lost of. */
const SHARE = 2_000;
const AT_A_TIME = 32;
const ROUNDS = 7;
/** Bytes that a reader reads in a round, at least. */
const READ_BYTES = 20_000_000;

interface Side extends Beside {
  readonly url: string;
  readonly control: string;
}

async function startSide(kind: 'listener' | 'bare'): Promise<Side> {
  const beside = await startBeside(path.join(import.meta.dirname, 'listenerProcess.ts'), [kind]);
  const [url = '', control = ''] = beside.line.split(' ');
  return { ...beside, url, control };
}

/** Sends all deliveries over some connections; gives how many a second were answered 200. */
async function rateOf({ url }: Side, body: string): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_A_TIME });
  const headers = {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    'x-ms-dynamics-request-name': 'Update',
  };
  let left = SHARE;
  const post = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const sent = httpRequest(url, { agent, method: 'POST', headers }, (response) => {
        if (response.statusCode !== 200) reject(new Error(`Answered ${response.statusCode ?? 0}`));
        response.resume().on('end', resolve);
      });
      sent.on('error', reject);
      sent.end(body);
    });
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await post();
    }
  };
  const taken = await time(() => Promise.all(Array.from({ length: AT_A_TIME }, worker)));
  agent.destroy();
  return (SHARE * 1_000) / taken;
}

interface Counted {
  readonly count: number;
  /** Milliseconds of the processor since the question before. */
  readonly work: number;
}

async function counted({ control }: Side): Promise<Counted> {
  return JSON.parse(await bareFetch(control)) as Counted;
}

async function receiving(): Promise<readonly Figure[]> {
  const sides = { listener: await startSide('listener'), bare: await startSide('bare') };
  const rates = { listener: [] as number[], bare: [] as number[] };
  const work = { listener: [] as number[], bare: [] as number[] };
  let sent = 0;
  try {
    // One round that is not counted, then shares of all deliveries in turns.
    for (let round = -1; round < ROUNDS; round += 1) {
      for (const kind of ['listener', 'bare'] as const) {
        await counted(sides[kind]);
        const rate = await rateOf(sides[kind], partyUpdate);
        const { work: worked } = await counted(sides[kind]);
        if (round < 0) continue;
        rates[kind].push(rate);
        work[kind].push(worked);
      }
      sent += SHARE;
      const recorded = (await counted(sides.listener)).count;
      if (recorded !== sent) throw new Error(`${recorded} deliveries were recorded or counted of ${sent}`);
    }
  } finally {
    await sides.listener.stop();
    await sides.bare.stop();
  }
  const [measured, bare] = [median(rates.listener), median(rates.bare)];
  const each = (kind: 'listener' | 'bare'): number => (median(work[kind]) * 1_000) / SHARE;
  return [
    {
      name: 'deliveries a second recorded',
      ratio: measured / bare,
      bar: { atLeast: 0.5 },
      note: `${measured.toFixed(0)} a second, a bare server ${bare.toFixed(0)}; none of ${sent} lost, ${AT_A_TIME} connections, bodies of ${Buffer.byteLength(partyUpdate)} bytes`,
    },
    {
      name: 'the same by work of the processor',
      ratio: each('bare') / each('listener'),
      note: `${each('listener').toFixed(0)} µs a delivery, a bare server ${each('bare').toFixed(0)} µs`,
    },
  ];
}

async function reading(): Promise<Figure> {
  const bodies = [olderUpdate, presenceUpdate, partyUpdate];
  const bytes = bodies.reduce((sum, body) => sum + Buffer.byteLength(body), 0);
  const times = Math.ceil(READ_BYTES / bytes);
  const all = (read: (body: string) => unknown) => (): Promise<void> => {
    for (let round = 0; round < times; round += 1) for (const body of bodies) read(body);
    return Promise.resolve();
  };
  const costs = await inTurns(5, all(readContext), all(JSON.parse));
  const rate = (milliseconds: number): string => ((bytes * times) / 1_000 / milliseconds).toFixed(0);
  return {
    name: 'reader of contexts against JSON.parse',
    ratio: costs.bare.time / costs.measured.time,
    note: `${rate(costs.measured.time)} MB/s, JSON.parse of the same bytes ${rate(costs.bare.time)} MB/s`,
  };
}

export const receiver: Bench = {
  name: 'receiver',
  run: async () => [...(await receiving()), await reading()],
};
