import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox';
import { failedJobsPath } from '../../src/jobs/jobQueries';
import * as odata from '../../src/dataverse/odata';
import { bareFetch, startPeer } from './bare';
import { costOf, inTurns, median, type Bench, type Figure } from './figure';

const SEEDS = { samples: true, webhooks: 1000, steps: 10_000, jobs: 100_000 };

function get(url: string, token: string): Promise<string> {
  return bareFetch(url, {
    headers: {
      Authorization: `Bearer ${token}`,
      Prefer: 'odata.include-annotations="*",odata.maxpagesize=50',
    },
  });
}

/** The seeded rows as texts, page by page. */
async function seededTexts(root: string, token: string): Promise<readonly string[]> {
  const texts: string[] = [];
  for (const set of ['serviceendpoints', 'sdkmessageprocessingsteps', 'asyncoperations']) {
    let url: string | undefined = `${root}${set}`;
    while (url !== undefined) {
      const text = await bareFetch(url, { headers: { Authorization: `Bearer ${token}` } });
      texts.push(text);
      const next: { readonly '@odata.nextLink'?: string } = JSON.parse(text);
      url = next['@odata.nextLink'];
    }
  }
  return texts;
}

async function queryFigure(
  name: string,
  url: string,
  token: string,
  peer: string,
  atMost: number,
): Promise<Figure> {
  const text = await get(url, token);
  await bareFetch(`${peer}/kept`, { method: 'PUT', body: text });
  const count = (JSON.parse(text) as { readonly value: readonly unknown[] }).value.length;
  if (count === 0) throw new Error(`${name} gave no rows`);
  const { measured, bare } = await inTurns(
    15,
    () => get(url, token),
    () => bareFetch(`${peer}/kept`),
  );
  return {
    name: `100,000 jobs: ${name}`,
    ratio: measured.time / bare.time,
    bar: { atMost },
    note: `${measured.time.toFixed(1)} ms for ${count} rows, the same bytes from a bare server ${bare.time.toFixed(1)} ms`,
  };
}

export const volume: Bench = {
  name: 'volume',
  async run(): Promise<readonly Figure[]> {
    const peer = await startPeer();
    const seeding: number[] = [];
    const options = { port: 0, seeds: SEEDS };
    let sandbox: Sandbox | undefined;
    for (let round = 0; round < 3; round += 1) {
      await sandbox?.close();
      const { work } = await costOf(async () => {
        sandbox = await startSandbox(options);
      });
      seeding.push(work);
    }
    if (sandbox === undefined) throw new Error('No sandbox was started');
    try {
      const token = sandbox.token.reveal();
      const root = `${sandbox.url}/api/data/v9.2/`;
      const texts = await seededTexts(root, token);
      const parsing: number[] = [];
      for (let round = 0; round < 5; round += 1) {
        const { work } = await costOf(() =>
          Promise.resolve(texts.map((text) => JSON.parse(text) as unknown).length),
        );
        parsing.push(work);
      }
      const step = JSON.parse(
        await get(
          `${root}${odata.query('sdkmessageprocessingsteps', { select: ['name'], top: 1, filter: odata.startsWith('name', 'Create of lead') })}`,
          token,
        ),
      ) as { readonly value: ReadonlyArray<{ readonly sdkmessageprocessingstepid: string }> };
      const ofStep = odata.query('asyncoperations', {
        select: ['name', 'statuscode', 'completedon'],
        filter: odata.eq(
          '_owningextensionid_value',
          odata.guid(step.value[0]?.sdkmessageprocessingstepid ?? ''),
        ),
      });
      return [
        {
          name: 'seeding 1,000 webhooks, 10,000 steps, 100,000 jobs: work of the processor',
          ratio: median(seeding) / median(parsing),
          bar: { atMost: 10 },
          note: `${(median(seeding) / 1000).toFixed(1)} s, JSON.parse of the same rows ${(median(parsing) / 1000).toFixed(1)} s`,
        },
        await queryFigure('the jobs of one step (indexed)', `${root}${ofStep}`, token, peer.line, 10),
        await queryFigure(
          'the failed jobs of all webhooks, newest first (10,000 matches)',
          `${root}${failedJobsPath({ kind: 'environment' })}`,
          token,
          peer.line,
          100,
        ),
      ];
    } finally {
      await sandbox.close();
      await peer.stop();
    }
  },
};
