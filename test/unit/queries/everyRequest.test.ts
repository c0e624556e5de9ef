import assert from 'node:assert/strict';
import { createMetadata } from '../../../src/dataverse/metadata';
import type { Row, WebApi } from '../../../src/dataverse/webApi';
import { organizationFacts } from '../../../src/environments/organization';
import { deleteInBulk } from '../../../src/jobs/bulkDelete';
import { countFailedJobs, failedCountsFetchXml } from '../../../src/jobs/failedCounts';
import { actOnJobs } from '../../../src/jobs/jobActions';
import { countJobs } from '../../../src/jobs/jobCount';
import { FAILED_JOBS } from '../../../src/jobs/jobFilter';
import { jobPath, jobsCountFetchXml, jobsFetchXml, jobsPath } from '../../../src/jobs/jobQueries';
import { failuresPath, TraceLog } from '../../../src/jobs/traceLog';
import { JobAction } from '../../../src/protocol/jobs';
import {
  customApi,
  deliveryScene,
  findRows,
  userDirectoryId,
  wholeRow,
} from '../../../src/webhooks/deliveryFacts';
import { haveArrived } from '../../../src/webhooks/arrived';
import { runRegistration } from '../../../src/webhooks/registration';
import { runUndo } from '../../../src/webhooks/runUndo';
import { stepSample, stepsSample, webhooksSample } from '../../../src/webhooks/sampleQueries';
import { signedInUserId } from '../../../src/webhooks/signedInUser';
import { membershipsQuery, SolutionService, solutionsQuery } from '../../../src/webhooks/solutionService';
import { planTouch, touchRow } from '../../../src/webhooks/touchRow';
import * as queries from '../../../src/webhooks/webhookQueries';
import { runWrite } from '../../../src/webhooks/runWrites';
import { undoRotateSecret } from '../../../src/webhooks/undo';
import * as writes from '../../../src/webhooks/writes';
import { DataverseError } from '../../../src/dataverse/errors';
import { EagerClock } from '../../fakes/clocks';
import { fetchProblems, pathProblems } from '../../fakes/publishedQueries';
import { requestProblems } from '../../fakes/requestNames';
import { requestWriters, writersIn } from '../../fakes/requestWriters';
import {
  ID,
  ETAG,
  ANSWER,
  USERS,
  FIRST_NAME,
  KEY,
  WEBHOOK,
  STEP,
  BARE,
  IMAGE,
  VERSIONS_REFUSED,
} from './requestSamples';

const NOW = new Date('2025-03-31T10:20:30Z');
const never = new AbortController().signal;

/** A request as it would be sent; FetchXML stands beside the set that it is asked of. */
interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body?: Row | undefined;
  readonly fetchXml?: string;
}

/** Everything that some work asks of an environment. Updates are refused with an error where there is one. */
async function asked(work: (api: WebApi) => Promise<unknown>, refusal?: Error): Promise<readonly Asked[]> {
  const log: Asked[] = [];
  async function* pages(path: string): AsyncIterable<{ rows: Row[]; more: boolean }> {
    log.push({ method: 'GET', path });
    await Promise.resolve();
    yield { rows: [ANSWER], more: false };
  }
  const note = (method: string, path: string, body?: Row): Promise<Row> => {
    log.push({ method, path, body });
    return Promise.resolve(ANSWER);
  };
  const write = async (method: string, path: string, body?: Row): Promise<Row> => {
    await note(method, path, body);
    if (refusal !== undefined) throw refusal;
    return ANSWER;
  };
  await work({
    get: (path) => note('GET', path),
    pages,
    fetchPages: (set, fetchXml) => {
      log.push({ method: 'GET', path: set, fetchXml });
      return pages(set);
    },
    create: async (set, body) => {
      await write('POST', set, body);
      return { id: ID };
    },
    update: (path, body) => write('PATCH', path, body),
    remove: async (path) => {
      await write('DELETE', path);
    },
    associate: async (path) => {
      await note('POST', path);
    },
    disassociate: async (path) => {
      await note('DELETE', path);
    },
    action: (path, body) => note('POST', path, body),
    batch: async ({ operations }) => {
      for (const { method, path, body } of operations) await note(method, path, body);
      return operations.map(() => ({ ok: true as const }));
    },
  });
  return log;
}

const paths = (...all: readonly string[]): Promise<readonly Asked[]> =>
  Promise.resolve(all.map((path) => ({ method: 'GET', path })));
const fetches = (set: string, ...all: readonly string[]): Promise<readonly Asked[]> =>
  Promise.resolve(all.map((fetchXml) => ({ method: 'GET', path: set, fetchXml })));
const written = (...all: ReadonlyArray<writes.Write | undefined>): Promise<readonly Asked[]> =>
  Promise.resolve(
    all.map((write) => {
      assert.ok(write !== undefined);
      return {
        method: write.method,
        path: write.path,
        body: write.method === 'DELETE' ? undefined : write.body,
      };
    }),
  );

const ALL_FILTERS = {
  ...FAILED_JOBS,
  message: 'Update',
  table: 'contact',
  errorCode: 1,
  text: 'x',
  correlationId: ID,
};
const all = { kind: 'environment' } as const;

/** The requests that each function of the extension writes which writes any, by its name. */
const WRITERS: Readonly<Record<string, () => Promise<readonly Asked[]>>> = {
  'dataverse/metadata.ts loadTables': () => asked((api) => metadata(api).tables(never)),
  'dataverse/metadata.ts loadColumns': () => asked((api) => metadata(api).columns('contact', never)),
  'dataverse/metadata.ts tablePath': () => asked((api) => metadata(api).columns('contact', never)),
  'dataverse/metadata.ts loadDateBehaviors': () =>
    asked((api) => metadata(api).dateBehaviors('contact', never)),
  'dataverse/metadata.ts loadChoices': () =>
    asked(async (api) => {
      for (const type of ['Picklist', 'MultiSelectPicklist', 'State', 'Status', 'Boolean'])
        await metadata(api).choices('contact', { ...FIRST_NAME, type }, never);
    }),
  'dataverse/relations.ts loadRelations': () => asked((api) => metadata(api).relations('contact', never)),
  'environments/organization.ts organizationFacts': () => asked((api) => organizationFacts(api, never)),
  'jobs/bulkDelete.ts startBulkDelete': bulkDeletion,
  'jobs/bulkDelete.ts bulkDeleteProgress': bulkDeletion,
  'jobs/bulkDelete.ts cancelBulkDelete': bulkDeletion,
  'jobs/failedCounts.ts countPart': () =>
    asked((api) => countFailedJobs(api, { from: new Date(0), to: NOW }, never)),
  'jobs/failedCounts.ts failedCountsFetchXml': () =>
    fetches('asyncoperations', failedCountsFetchXml(new Date(0), NOW)),
  'jobs/jobActions.ts operation': () =>
    asked(async (api) => {
      for (const action of Object.values(JobAction.def.entries))
        for await (const outcomes of actOnJobs(api, { action, ids: [ID], until: NOW }, never))
          assert.equal(outcomes.length, 1);
    }),
  'jobs/jobCount.ts countJobs': () =>
    asked((api) =>
      countJobs(api, { scope: all, filter: { ...FAILED_JOBS, period: 'day' }, now: NOW }, never),
    ),
  'jobs/jobQueries.ts jobPath': () => paths(jobPath(ID)),
  'jobs/jobQueries.ts jobsCountFetchXml': () =>
    fetches('asyncoperations', jobsCountFetchXml(all, ALL_FILTERS, NOW)),
  'jobs/jobQueries.ts jobsFetchXml': () => fetches('asyncoperations', jobsFetchXml(all, ALL_FILTERS, NOW)),
  'jobs/jobQueries.ts jobsPath': () => paths(jobsPath(all, ALL_FILTERS, NOW)),
  'jobs/traceLog.ts #organization': () => asked((api) => new TraceLog(api).setting(never)),
  'jobs/traceLog.ts switchOn': () => asked((api) => new TraceLog(api).switchOn(never)),
  'jobs/traceLog.ts failuresPath': () => paths(failuresPath([ID], ALL_FILTERS, NOW)),
  'webhooks/arrived.ts hasArrived': lookedFor,
  'webhooks/deliveryFacts.ts customApi': () => asked((api) => customApi(api, 'new_Do', never).catch(ignored)),
  'webhooks/deliveryFacts.ts deliveryScene': () => asked((api) => deliveryScene(api, never)),
  'webhooks/deliveryFacts.ts findRows': () =>
    asked(async (api) => {
      for (const text of ['', "O'B", ID]) await findRows(api, USERS, text, never).catch(ignored);
    }),
  'webhooks/deliveryFacts.ts userDirectoryId': () => asked((api) => userDirectoryId(api, ID, never)),
  'webhooks/deliveryFacts.ts wholeRow': () => asked((api) => wholeRow(api, USERS, ID, never)),
  'webhooks/registration.ts exists': registeredTwice,
  'webhooks/registration.ts runRegistration': registeredTwice,
  'webhooks/runUndo.ts checkEmpty': () =>
    asked((api) => runUndo(api, { writes: [], atomicity: 'all', emptyWebhook: ID }, never)),
  'webhooks/runUndo.ts secretAgain': secretTriedAgain,
  'webhooks/sampleQueries.ts stepSample': () => sample(stepSample(ID)),
  'webhooks/sampleQueries.ts stepsSample': () => sample(stepsSample(ID)),
  'webhooks/sampleQueries.ts webhooksSample': () => sample(webhooksSample()),
  'webhooks/runWrites.ts requireVersion': () =>
    asked(async (api) => {
      const change = writes.changeWebhookWrite(WEBHOOK, { name: 'B' });
      assert.ok(change);
      await assert.rejects(runWrite(api, change, never), DataverseError);
    }, VERSIONS_REFUSED),
  'webhooks/signedInUser.ts signedInUserId': () => asked((api) => signedInUserId(api, never)),
  'webhooks/solutionService.ts add': () =>
    asked((api) => new SolutionService(api).add({ kind: 'step', id: ID }, 'Own', never)),
  'webhooks/solutionService.ts remove': () =>
    asked((api) => new SolutionService(api).remove({ kind: 'webhook', id: ID }, 'Own', never)),
  'webhooks/solutionService.ts membershipsOfManyQuery': () =>
    asked((api) => new SolutionService(api).holdingAll([ID, ID], never)),
  'webhooks/solutionService.ts membershipsQuery': () => paths(membershipsQuery(ID)),
  'webhooks/solutionService.ts solutionsQuery': () => paths(solutionsQuery()),
  'webhooks/touchRow.ts planTouch': () =>
    asked(async (api) => {
      const touch = await planTouch(api, { table: USERS, id: ID, columns: [FIRST_NAME] }, [], never);
      assert.ok(touch);
      await touchRow(api, touch, never);
    }),
  'webhooks/webhookQueries.ts filtersQuery': () => paths(queries.filtersQuery(ID)),
  'webhooks/webhookQueries.ts messagesQuery': () => paths(queries.messagesQuery()),
  'webhooks/webhookQueries.ts otherEndpointsQuery': () => paths(queries.otherEndpointsQuery()),
  'webhooks/webhookQueries.ts stepQuery': () => paths(queries.stepQuery(ID)),
  'webhooks/webhookQueries.ts stepsQuery': () =>
    paths(queries.allStepsQuery(), queries.stepsOfWebhooksQuery([ID, ID])),
  'webhooks/webhookQueries.ts usersQuery': () => paths(queries.usersQuery(''), queries.usersQuery("O'B")),
  'webhooks/webhookQueries.ts webhookQuery': () => paths(queries.webhookQuery(ID)),
  'webhooks/webhookQueries.ts webhooksNamedQuery': () => paths(queries.webhooksNamedQuery("O'Brien & 50 %")),
  'webhooks/webhookQueries.ts webhooksQuery': () => paths(queries.webhooksQuery()),
  'webhooks/writes.ts changeImageWrites': () =>
    written(
      ...writes.changeImageWrites(IMAGE, { ...IMAGE, alias: 'New', columns: [] }),
      ...writes.changeImageWrites(IMAGE, { ...IMAGE, type: 'both' }),
    ),
  'webhooks/writes.ts changeStepWrite': () =>
    written(
      writes.changeStepWrite({ id: ID, etag: ETAG }, STEP, BARE),
      writes.changeStepWrite({ id: ID, etag: undefined }, BARE, STEP),
    ),
  'webhooks/writes.ts changeWebhookWrite': () =>
    written(writes.changeWebhookWrite(WEBHOOK, { name: 'B', url: 'https://b/', description: '', auth: KEY })),
  'webhooks/writes.ts deleteImageWrite': () => written(writes.deleteImageWrite(ID)),
  'webhooks/writes.ts deleteStepWrite': () => written(writes.deleteStepWrite(ID)),
  'webhooks/writes.ts deleteWebhookWrite': () => written(writes.deleteWebhookWrite(ID)),
  'webhooks/writes.ts registerImageWrite': () => written(writes.registerImageWrite(IMAGE)),
  'webhooks/writes.ts registerStepWrite': () =>
    written(writes.registerStepWrite(STEP), writes.registerStepWrite(BARE)),
  'webhooks/writes.ts registerWebhookWrite': () =>
    written(
      writes.registerWebhookWrite({ ...WEBHOOK, auth: KEY }),
      writes.registerWebhookAgainWrite(WEBHOOK, KEY),
    ),
  'webhooks/writes.ts stepStateWrite': () =>
    written(writes.stepStateWrite(ID, true), writes.stepStateWrite(ID, false, ETAG)),
  'webhooks/writes.ts stepWithImagesWrites': () =>
    written(...writes.stepWithImagesWrites(STEP, [IMAGE], true)),
};

/** What is written of tables and rows that a user has chosen, with the names that metadata has for them. */
const OF_THE_USER = [
  'vscode/commands/queryCommands.ts queryCommands',
  'vscode/commands/sandboxCommands.ts runTrigger',
  'presentation/queries/queryAddress.ts addressOfQuery',
];

function metadata(api: WebApi): ReturnType<typeof createMetadata> {
  return createMetadata(api, new EagerClock());
}

function ignored(): undefined {
  return undefined;
}

function sample({ webApi, fetchXml }: { webApi: string; fetchXml: string }): Promise<readonly Asked[]> {
  const [set = ''] = webApi.split('?');
  return Promise.resolve([
    { method: 'GET', path: webApi },
    { method: 'GET', path: set, fetchXml },
  ]);
}

/** A bulk deletion that is begun, looked at, and ended. */
function bulkDeletion(): Promise<readonly Asked[]> {
  return asked(async (api) => {
    for await (const told of deleteInBulk(
      api,
      { name: 'Old jobs', ids: [ID], left: never },
      new EagerClock(),
      never,
    ))
      assert.equal(told.jobId, ID);
    const ended = new AbortController();
    const order = { name: 'Old jobs', ids: [ID], left: never };
    const waiting = {
      ...api,
      get: (path: string) => api.get(path).then((row) => ({ ...row, statuscode: 20 })),
    };
    const running = deleteInBulk(waiting, order, new EagerClock(), ended.signal);
    await assert.rejects(async () => {
      for await (const told of running) if (told.of > 0) ended.abort();
    });
  });
}

/** A registration whose first try was carried out although its answer was lost. */
function registeredTwice(): Promise<readonly Asked[]> {
  const write = writes.registerWebhookWrite({ ...WEBHOOK, auth: KEY });
  const refusal = new DataverseError('conflict', 'there already', { status: 412 });
  return asked((api) => runRegistration(api, [write], never), refusal);
}

/** An old secret whose first try got no answer, and that somebody's change stands in the way of. */
function secretTriedAgain(): Promise<readonly Asked[]> {
  const refusal = new DataverseError('conflict', 'changed since', { status: 412 });
  const undo = undoRotateSecret(WEBHOOK, { auth: KEY, keep: false }, ETAG);
  assert.ok(undo);
  return asked((api) => runUndo(api, { ...undo, unsure: true }, never).catch(ignored), refusal);
}

/** Writes of all three kinds that were refused, and are looked for because they may have arrived before. */
function lookedFor(): Promise<readonly Asked[]> {
  const refusal = new DataverseError('conflict', 'there already', { status: 412 });
  const all: readonly writes.Write[] = [
    {
      method: 'POST',
      path: 'sdkmessageprocessingstepimages',
      body: { sdkmessageprocessingstepimageid: ID },
    },
    ...writes.changeImageWrites(IMAGE, { ...IMAGE, alias: 'New' }),
    writes.deleteStepWrite(ID),
  ];
  return asked(async (api) => {
    for (const write of all) await haveArrived(api, [write], refusal, never);
  });
}

/** Functions and actions with their parameters (published metadata; BulkDelete: FACTS 10.3, RemoveSolutionComponent: FACTS 15.16). */
const OPERATIONS: Readonly<Record<string, string>> = {
  WhoAmI: '',
  RetrieveVersion: '',
  RetrieveCurrentOrganization: 'AccessType',
  AddSolutionComponent: 'ComponentId ComponentType SolutionUniqueName AddRequiredComponents',
  RemoveSolutionComponent: 'SolutionComponent ComponentType SolutionUniqueName',
  BulkDelete:
    'QuerySet JobName SendEmailNotification ToRecipients CCRecipients RecurrencePattern StartDateTime',
};

/** Names of a table that is documented and not in the published metadata here (UNVERIFIED). */
const CUSTOM_API =
  "customapis?$select=uniquename&$filter=uniquename%20eq%20'new_Do'&$expand=CustomAPIRequestParameters($select=uniquename,type,isoptional,logicalentityname)";

function problemsOf({ method, path, body, fetchXml }: Asked): readonly string[] {
  const [, operation = '', given = ''] = /^([A-Z]\w+)(?:\((.*)\))?(?:\?@.*)?$/.exec(path) ?? [];
  const parameters = OPERATIONS[operation];
  if (parameters !== undefined) {
    const names = [
      ...Object.keys(body ?? {}),
      ...(given === '' ? [] : given.split(',').map((one) => one.split('=')[0])),
    ];
    return names.join(' ') === parameters ? [] : [`${operation}: ${names.join(' ')}`];
  }
  if (path === CUSTOM_API) return [];
  const text = body === undefined ? undefined : JSON.stringify(body);
  return [
    ...pathProblems(path),
    ...requestProblems({ method, path, body: text }),
    ...(fetchXml === undefined ? [] : fetchProblems(fetchXml)),
  ];
}

describe('Every request that the extension writes', () => {
  it('is written by a function that is listed here, and no other is', () => {
    assert.deepEqual(requestWriters(), [...Object.keys(WRITERS), ...OF_THE_USER].sort());
  });

  for (const [name, requests] of Object.entries(WRITERS))
    it(`names only what published metadata has: ${name}`, async () => {
      const found = await requests();
      assert.ok(found.length > 0, 'nothing was asked');
      for (const request of found)
        assert.deepEqual(problemsOf(request), [], `${request.method} ${request.path}`);
    });

  it('would be missed in no function: paths, FetchXML, functions, actions', () => {
    const text = `
      const PATH = odata.set('accounts');
      function plain(api) { return other(odata.query('x', {})); }
      class A { async #inner() { for (const one of [1]) list.map(() => writeFetchXml({ one })); } }
      export const arrow = () => this.#api.action('Publish', {});
      function silent(map) { return map.get('WhoAmI') ?? odata.eq('name', 'x'); }
      function named(api) { return api.get('WhoAmI'); }`;
    assert.deepEqual(writersIn(text), ['PATH', 'plain', '#inner', 'arrow', 'named']);
  });

  it('would be caught with a wrong name', () => {
    const wrong: readonly Asked[] = [
      { method: 'PATCH', path: `serviceendpoints(${ID})`, body: { nonsense: 1 } },
      { method: 'POST', path: 'BulkDelete', body: { JobName: 'x' } },
      { method: 'GET', path: 'customapis?$select=nonsense' },
      { method: 'GET', path: `EntityDefinitions(LogicalName='contact')?$select=nonsense` },
      { method: 'GET', path: 'asyncoperations', fetchXml: '<fetch><entity name="nonsense" /></fetch>' },
    ];
    for (const request of wrong) assert.notDeepEqual(problemsOf(request), [], request.path);
  });
});
