import type { CellValue, Reference, StoredRow } from '../schema/types';
import { filterId, ids, messageId, seedId } from './ids';
import type { Seeder } from './seeder';

const reference = (table: string, id: string): Reference => ({ table, id });
const noChange = {
  Value: false,
  CanBeChanged: false,
  ManagedPropertyLogicalName: 'iscustomizableanddeletable',
};

/** Neutral business rows, three webhooks with steps and images, and what became of some deliveries. */
export function seedSampleRows(seeder: Seeder): void {
  seedBusiness(seeder);
  seedWebhooks(seeder);
  seedSteps(seeder);
  seedComponents(seeder);
  seedJobs(seeder);
}

const accounts = [
  'Adventure Works',
  'Alpine Ski House',
  'Blue Yonder Airlines',
  'City Power & Light',
  'Coho Winery',
  'Fourth Coffee',
  'Graphic Design Institute',
  'Litware',
  'Margie’s Travel',
  'Proseware',
  'Trey Research',
  'Wide World Importers',
];
const people = [
  ['Alex', 'Morgan'],
  ['Bailey', 'Stone'],
  ['Casey', 'Rivers'],
  ['Dana', 'Lake'],
  ['Eden', 'Woods'],
  ['Finley', 'Hill'],
  ['Gray', 'Marsh'],
  ['Harper', 'Brook'],
  ['Indigo', 'Vale'],
  ['Jules', 'Heath'],
  ['Kai', 'O’Shea'],
  ['Lee', 'Ford'],
] as const;

function seedBusiness(seeder: Seeder): void {
  const currency = { transactioncurrencyid: reference('transactioncurrency', ids.currency), exchangerate: 1 };
  accounts.forEach((name, index) => {
    const values = {
      name,
      accountnumber: `A-${(1001 + index).toString()}`,
      address1_city: index % 2 === 0 ? 'Northwind' : 'Lakeside',
      telephone1: `555-01${(10 + index).toString()}`,
      revenue: (index + 1) * 125000,
      numberofemployees: (index + 1) * 15,
      ...currency,
    };
    seeder.add('account', seedId(`account ${index.toString()}`), values, 300 - index * 5);
  });
  people.forEach(([firstname, lastname], index) => {
    const mail = `${firstname}.${lastname}`.toLowerCase().replace(/[^a-z.]/g, '');
    const values = {
      firstname,
      lastname,
      emailaddress1: `${mail}@contoso.example`,
      telephone1: `555-02${(10 + index).toString()}`,
      jobtitle: index % 3 === 0 ? 'Buyer' : 'Planner',
      parentcustomerid: reference('account', seedId(`account ${index.toString()}`)),
      ...currency,
    };
    seeder.add('contact', seedId(`contact ${index.toString()}`), values, 250 - index * 5);
  });
  seedRelated(seeder, currency);
}

function seedRelated(seeder: Seeder, currency: StoredRow): void {
  const account = reference('account', seedId('account 0'));
  const contact = reference('contact', seedId('contact 0'));
  seeder.transaction.change('account', account.id, { primarycontactid: contact });
  const values = {
    new_name: 'Warehouse relocation',
    new_code: 'WH-01',
    new_phase: 100000001,
    new_regions: [100000000, 100000002],
    new_headcount: 12,
    new_externalnumber: 9007199254740,
    new_progress: 12.5,
    new_risk: 0.25,
    new_budget: 48000,
    new_startson: seeder.daysAgo(20),
    new_dueon: seeder.daysAgo(-60).slice(0, 10),
    new_accountid: account,
    new_customerid: contact,
    ...currency,
  };
  seeder.add('new_project', seedId('project 0'), values, 40);
  seeder.transaction.link('new_project_contact', {
    new_projectid: reference('new_project', seedId('project 0')),
    contactid: contact,
  });
  seeder.add(
    'incident',
    seedId('incident 0'),
    { title: 'Delivery was late', customerid: account, ...currency },
    12,
  );
  seeder.add(
    'lead',
    seedId('lead 0'),
    { subject: 'Interested in shelving', firstname: 'Noel', lastname: 'Park' },
    9,
  );
  seeder.add(
    'opportunity',
    seedId('opportunity 0'),
    { name: 'Shelving for 12 sites', customerid: account },
    8,
  );
  seeder.add(
    'task',
    seedId('task 0'),
    { subject: 'Call back', regardingobjectid: contact, scheduledend: seeder.daysAgo(-3) },
    5,
  );
}

const webhooks = [
  {
    name: 'Order intake',
    url: 'https://hooks.contoso.example/dataverse/orders',
    authtype: 4,
    authvalue: 'sample-key',
    description: 'Tells the order system about changed contacts and accounts',
    managed: false,
  },
  {
    name: 'Data warehouse',
    url: 'https://warehouse.contoso.example/api/changes',
    authtype: 5,
    authvalue: '<settings><setting name="x-api-key" value="sample" /></settings>',
    description: null,
    managed: false,
  },
  {
    name: 'Shipping notifications',
    url: 'https://shipping.fabrikam.example/notify',
    authtype: 6,
    authvalue: '<settings><setting name="sig" value="sample" /></settings>',
    description: 'Part of Fabrikam Shipping',
    managed: true,
  },
];

function seedWebhooks(seeder: Seeder): void {
  for (const { name, managed, ...rest } of webhooks) {
    const id = seedId(`webhook ${name}`);
    seeder.add(
      'serviceendpoint',
      id,
      { name, contract: 8, connectionmode: 1, ...rest, ...managedColumns(managed) },
      60,
    );
  }
}

function managedColumns(managed: boolean): StoredRow {
  return managed ? { ismanaged: true, iscustomizable: noChange, solutionid: ids.managedSolution } : {};
}

interface StepSeed {
  readonly webhook: string;
  readonly message: string;
  readonly table: string | undefined;
  readonly stage?: number;
  readonly mode?: number;
  readonly columns?: string;
  readonly disabled?: boolean;
  readonly managed?: boolean;
  readonly autoDelete?: boolean;
}

const steps: readonly StepSeed[] = [
  {
    webhook: 'Order intake',
    message: 'Update',
    table: 'contact',
    columns: 'firstname,lastname,emailaddress1',
  },
  { webhook: 'Order intake', message: 'Create', table: 'account', autoDelete: true },
  { webhook: 'Order intake', message: 'Delete', table: 'contact', disabled: true },
  {
    webhook: 'Data warehouse',
    message: 'Update',
    table: 'account',
    columns: 'name,revenue',
    autoDelete: true,
  },
  { webhook: 'Data warehouse', message: 'Associate', table: undefined },
  { webhook: 'Shipping notifications', message: 'Create', table: 'new_project', managed: true },
];

function stepName({ webhook, message, table }: StepSeed): string {
  return `${webhook}: ${message} of ${table ?? 'any table'}`;
}

function seedSteps(seeder: Seeder): void {
  for (const step of steps) {
    const {
      webhook,
      message,
      table,
      stage = 40,
      mode = 1,
      columns,
      disabled = false,
      managed = false,
    } = step;
    const values: Record<string, CellValue> = {
      name: stepName(step),
      stage,
      mode,
      rank: 1,
      supporteddeployment: 0,
      asyncautodelete: step.autoDelete ?? false,
      filteringattributes: columns ?? null,
      eventhandler: reference('serviceendpoint', seedId(`webhook ${webhook}`)),
      sdkmessageid: reference('sdkmessage', messageId(message)),
      sdkmessagefilterid: reference('sdkmessagefilter', filterId(message, table ?? 'none')),
      statecode: disabled ? 1 : 0,
      statuscode: disabled ? 2 : 1,
      ...managedColumns(managed),
    };
    seeder.add('sdkmessageprocessingstep', seedId(`step ${stepName(step)}`), values, 50);
  }
  const owner = reference('sdkmessageprocessingstep', seedId('step Order intake: Update of contact'));
  for (const [name, imagetype] of [
    ['PreImage', 0],
    ['PostImage', 1],
  ] as const) {
    const values = {
      name,
      entityalias: name,
      imagetype,
      messagepropertyname: 'Target',
      attributes: 'firstname,lastname,emailaddress1',
      sdkmessageprocessingstepid: owner,
    };
    seeder.add('sdkmessageprocessingstepimage', seedId(`image ${name}`), values, 50);
  }
}

/** Which solution the components belong to. */
function seedComponents(seeder: Seeder): void {
  const member = (solution: string, objectid: string, componenttype: number): void => {
    const values = {
      solutionid: reference('solution', solution),
      objectid,
      componenttype,
      rootcomponentbehavior: 0,
    };
    seeder.add('solutioncomponent', seedId(`component ${solution} ${objectid}`), values, 45);
  };
  for (const { name, managed } of webhooks) {
    member(managed ? ids.managedSolution : ids.integrationSolution, seedId(`webhook ${name}`), 95);
  }
  for (const step of steps) {
    const solution = step.managed === true ? ids.managedSolution : ids.integrationSolution;
    member(solution, seedId(`step ${stepName(step)}`), 92);
  }
}

interface JobSeed {
  readonly statecode: number;
  readonly statuscode: number;
  readonly errorcode?: number;
  readonly text?: string;
  readonly days: number;
  readonly postponedDays?: number;
}

/** Codes and texts of FACTS 12. */
const jobs: readonly JobSeed[] = [
  {
    statecode: 3,
    statuscode: 31,
    days: 6,
    errorcode: -2147155455,
    text: 'The webhook call failed because the http request received non-success httpStatus code. Please check your webhook request handler.',
  },
  {
    statecode: 3,
    statuscode: 31,
    days: 4,
    errorcode: -2147155454,
    text: 'The webhook call failed because the Http request timed out at client side. Please check your webhook request handler.',
  },
  {
    statecode: 3,
    statuscode: 31,
    days: 3,
    errorcode: -2147155451,
    text: 'The webhook call failed during http post. Please check the exception for more details.',
  },
  { statecode: 3, statuscode: 30, days: 5 },
  { statecode: 3, statuscode: 30, days: 2 },
  { statecode: 3, statuscode: 32, days: 1 },
  { statecode: 1, statuscode: 10, days: 0.5, postponedDays: -30 },
];

function seedJobs(seeder: Seeder): void {
  const [step] = steps;
  if (step === undefined) return;
  jobs.forEach((job, index) => {
    const started = job.statecode === 3;
    const values: Record<string, CellValue> = {
      name: stepName(step),
      operationtype: 1,
      messagename: 'Update',
      primaryentitytype: 'contact',
      owningextensionid: reference('sdkmessageprocessingstep', seedId(`step ${stepName(step)}`)),
      regardingobjectid: reference('contact', seedId(`contact ${index.toString()}`)),
      statecode: job.statecode,
      statuscode: job.statuscode,
      errorcode: job.errorcode ?? null,
      friendlymessage: job.text ?? null,
      message: job.text === undefined ? null : `${job.text} Sample job of the sandbox.`,
      retrycount: 0,
      depth: 1,
      sequence: index + 1,
      correlationid: seedId(`correlation ${index.toString()}`),
      requestid: seedId(`request ${index.toString()}`),
      startedon: started ? seeder.daysAgo(job.days) : null,
      completedon: started ? seeder.daysAgo(job.days) : null,
      executiontimespan: started ? 0.25 : null,
      postponeuntil: job.postponedDays === undefined ? null : seeder.daysAgo(job.postponedDays),
    };
    seeder.add('asyncoperation', seedId(`job ${index.toString()}`), values, job.days);
  });
}
