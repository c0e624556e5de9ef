import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { DataverseClient } from '../../src/dataverse/client';
import {
  loadContinued,
  loadStarted,
  loadSucceeded,
  nothingArrived,
  rowsArrived,
  unloadedEnvironment,
  type EnvironmentState,
} from '../../src/presentation/tree/environmentState';
import { shownRows, wholeTree, type TreeView } from '../../src/presentation/tree/treeFilter';
import { treeChildren, treeItem, type TreeNode } from '../../src/presentation/tree/treeItems';
import { loadWebhooks } from '../../src/webhooks/webhookLoad';
import { allStepsQuery, webhooksQuery } from '../../src/webhooks/webhookQueries';
import { bareFetch, benchClient, startBenchSandbox, startBeside } from './bare';
import { inTurns, median, type Bench, type Figure } from './figure';

const WEBHOOKS = 1000;
const STEPS = 10_000;
/** One picture of the screen, in milliseconds. */
const FRAME = 16;
const ROUNDS = 15;
/** The first loads take a quarter longer, until their code is compiled; the bare loop has no code to speak of. */
const UNCOUNTED = 10;

const root: TreeNode = { kind: 'environment', environmentId: 'e' };
const profile = { id: 'e', name: 'Bench', url: 'http://localhost', signIn: 'none', sandbox: false } as const;

/** Loads as the tree does; `onFirst` hears when the first item can be shown. */
async function load(api: DataverseClient, onFirst: () => void = () => undefined): Promise<EnvironmentState> {
  let rows = nothingArrived;
  let state = loadStarted(unloadedEnvironment);
  await loadWebhooks(api, new AbortController().signal, (part) => {
    const before = state.webhooks.length;
    rows = rowsArrived(rows, part);
    state = loadContinued(state, rows);
    if (before === 0 && state.webhooks.length > 0) {
      items(state, wholeTree);
      onFirst();
    }
  });
  state = loadSucceeded(state, { ...rows, at: 0, local: false });
  items(state, wholeTree);
  return state;
}

/** The bare loop: the same requests with the same answers, parsed, one after the other. */
async function bareLoad(origin: string): Promise<readonly unknown[]> {
  const pages: unknown[] = [];
  for (const path of [webhooksQuery(), allStepsQuery()]) {
    let url: string | undefined = `${origin}/api/data/v9.2/${path}`;
    while (url !== undefined) {
      const page: { readonly value: readonly unknown[]; readonly '@odata.nextLink'?: string } = JSON.parse(
        await bareFetch(url),
      );
      pages.push(page.value);
      url = page['@odata.nextLink'];
    }
  }
  return pages;
}

/** What a refresh of the view asks for: the first page of items under the environment. */
function items(state: EnvironmentState, view: TreeView, below: TreeNode = root): number {
  const shown = shownRows(state, view);
  const nodes = treeChildren(below, state, new Map(), shown);
  return nodes.map((node) => treeItem(node, profile, state, shown)).length;
}

/** Milliseconds of something, the median and the worst of many. */
function timed(run: () => unknown): { readonly typical: number; readonly worst: number } {
  const times: number[] = [];
  for (let round = 0; round < 60; round += 1) {
    const start = performance.now();
    run();
    times.push(performance.now() - start);
  }
  return { typical: median(times), worst: Math.max(...times.slice(3)) };
}

function inFrame(name: string, run: () => unknown): Figure {
  const { typical, worst } = timed(run);
  return {
    name: `tree: ${name}, in frames of ${FRAME} ms`,
    ratio: typical / FRAME,
    bar: { atMost: 1 },
    note: `${typical.toFixed(2)} ms, worst ${worst.toFixed(2)} ms`,
  };
}

function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('gc');
  if (typeof gc === 'function') Reflect.apply(gc, undefined, []);
  return process.memoryUsage().heapUsed;
}

function interaction(state: EnvironmentState): readonly Figure[] {
  const [first] = state.webhooks;
  if (first === undefined) throw new Error('Nothing was loaded');
  const filtered: TreeView = { ...wholeTree, kinds: new Set(['disabled']) };
  return [
    inFrame('expand a webhook', () =>
      items(state, wholeTree, { kind: 'webhook', environmentId: 'e', webhook: first }),
    ),
    inFrame('search of one letter', () => items(state, { ...wholeTree, text: 'e' })),
    inFrame('search of two words', () => items(state, { ...wholeTree, text: 'update 0099' })),
    inFrame('filter', () => items(state, filtered)),
    inFrame('group by table', () => items(state, { ...wholeTree, groupBy: 'table' })),
    inFrame('filter and group by message', () => items(state, { ...filtered, groupBy: 'message' })),
  ];
}

/** The tree at its promised size: 1,000 webhooks with 10,000 steps. */
export const tree: Bench = {
  name: 'tree',
  async run(): Promise<readonly Figure[]> {
    const sandbox = await startBenchSandbox(
      '--empty',
      '--webhooks',
      String(WEBHOOKS),
      '--steps',
      String(STEPS),
    );
    const replay = await startBeside(path.join(import.meta.dirname, 'replayProcess.ts'), [sandbox.url]);
    try {
      const origin = replay.line;
      const api = benchClient(origin, sandbox.token);
      const before = heapUsed();
      const state = await load(api);
      const held = heapUsed() - before;
      const steps = [...state.steps.values()].reduce((sum, own) => sum + own.length, 0);
      if (state.webhooks.length !== WEBHOOKS || steps !== STEPS) throw new Error(`Loaded ${steps} steps`);
      const requests = Number(await bareFetch(`${origin}/count`));
      const firsts: number[] = [];
      const times = await inTurns(
        ROUNDS,
        async () => {
          const start = performance.now();
          return load(api, () => firsts.push(performance.now() - start));
        },
        () => bareLoad(origin),
        UNCOUNTED,
      );
      return [
        {
          name: 'tree: requests for 1,000 webhooks with 10,000 steps',
          ratio: requests,
          bar: { atMost: 3 },
          note: `${requests} requests, pages of 5,000`,
        },
        {
          name: 'tree: load against a bare loop over the same bytes',
          ratio: times.measured.time / times.bare.time,
          bar: { atMost: 1.5 },
          note: `${times.measured.time.toFixed(0)} ms, bare ${times.bare.time.toFixed(0)} ms; processor ${times.measured.work.toFixed(0)} and ${times.bare.work.toFixed(0)} ms`,
        },
        {
          name: 'tree: time to the first item against the whole load',
          ratio: median(firsts) / times.measured.time,
          bar: { atMost: 1 },
          note: `${median(firsts).toFixed(0)} ms of ${times.measured.time.toFixed(0)} ms`,
        },
        {
          name: 'tree: memory held, in KB for each row',
          ratio: held / 1024 / (WEBHOOKS + STEPS),
          note: `${(held / 1_048_576).toFixed(1)} MB for ${WEBHOOKS + STEPS} rows`,
        },
        ...interaction(state),
      ];
    } finally {
      await replay.stop();
      await sandbox.stop();
    }
  },
};
