import type { OrganizationFacts } from '../operations';
import { filterId, ids, messageId } from './ids';
import { messageSeeds } from './messages.data';
import type { MessageSeed } from './messages.data';
import type { Seeder } from './seeder';

const DAYS = 400;

/** The rows without which no environment exists: organization, users, currency, solutions, messages and filters. */
export function seedSystemRows(seeder: Seeder, organization: OrganizationFacts): void {
  seedOrganization(seeder, organization);
  seedUsers(seeder);
  seedSolutions(seeder);
  for (const message of messageSeeds) seedMessage(seeder, message);
}

function seedOrganization(seeder: Seeder, organization: OrganizationFacts): void {
  seeder.add(
    'transactioncurrency',
    ids.currency,
    {
      currencyname: 'Euro',
      currencysymbol: '€',
      isocurrencycode: 'EUR',
      currencyprecision: 2,
      exchangerate: 1,
    },
    DAYS,
    ids.systemUser,
  );
  seeder.add(
    'organization',
    ids.organization,
    {
      name: organization.uniqueName,
      basecurrencyid: { table: 'transactioncurrency', id: ids.currency },
      basecurrencysymbol: '€',
      languagecode: 1033,
      localeid: 1033,
      plugintracelogsetting: 1,
      isdisabled: false,
    },
    DAYS,
    ids.systemUser,
  );
  seeder.add('businessunit', ids.businessUnit, { name: organization.uniqueName }, DAYS, ids.systemUser);
}

function seedUsers(seeder: Seeder): void {
  const businessUnit = { table: 'businessunit', id: ids.businessUnit };
  const users = [
    {
      id: ids.user,
      first: 'Sandbox',
      last: 'User',
      mail: 'sandbox.user@contoso.example',
      mode: 0,
      disabled: false,
    },
    {
      id: ids.secondUser,
      first: 'Robin',
      last: 'Field',
      mail: 'robin.field@contoso.example',
      mode: 0,
      disabled: false,
    },
    { id: ids.applicationUser, first: 'Order', last: 'Integration', mail: null, mode: 4, disabled: false },
    { id: ids.disabledUser, first: 'Former', last: 'Colleague', mail: null, mode: 0, disabled: true },
    { id: ids.systemUser, first: null, last: 'SYSTEM', mail: null, mode: 3, disabled: false },
  ];
  for (const { id, first, last, mail, mode, disabled } of users) {
    const values = {
      firstname: first,
      lastname: last,
      internalemailaddress: mail,
      domainname: mail ?? '',
      businessunitid: businessUnit,
      accessmode: mode,
      isdisabled: disabled,
      azureactivedirectoryobjectid: mail === null ? null : id.replace(/^.{8}/, 'aad00000'),
      ...(id === ids.applicationUser ? { applicationid: id.replace(/^.{8}/, 'a0000000') } : {}),
    };
    seeder.add('systemuser', id, values, DAYS, ids.systemUser);
  }
  const administrator = { table: 'systemuser', id: ids.user };
  const team = {
    name: 'Service desk',
    businessunitid: businessUnit,
    administratorid: administrator,
    teamtype: 0,
  };
  seeder.add('team', ids.team, team, DAYS);
  for (const id of [ids.user, ids.secondUser]) {
    seeder.transaction.link('teammembership', {
      teamid: { table: 'team', id: ids.team },
      systemuserid: { table: 'systemuser', id },
    });
  }
  seeder.add('queue', ids.queue, { name: 'Support', emailaddress: 'support@contoso.example' }, DAYS);
}

const publishers = [
  { id: ids.publisher, unique: 'contoso', friendly: 'Contoso', prefix: 'new', readonly: false },
  {
    id: ids.defaultPublisher,
    unique: 'DefaultPublishersandbox',
    friendly: 'Default Publisher',
    prefix: 'cr1a2',
    readonly: false,
  },
  {
    id: ids.microsoftPublisher,
    unique: 'MicrosoftCorporation',
    friendly: 'MicrosoftCorporation',
    prefix: '',
    readonly: true,
  },
];

const solutions = [
  {
    id: ids.activeSolution,
    unique: 'Active',
    friendly: 'Active Solution',
    publisher: ids.defaultPublisher,
    visible: false,
    managed: false,
  },
  {
    id: ids.defaultSolution,
    unique: 'Default',
    friendly: 'Default Solution',
    publisher: ids.defaultPublisher,
    visible: true,
    managed: false,
  },
  {
    id: ids.integrationSolution,
    unique: 'ContosoIntegration',
    friendly: 'Contoso Integration',
    publisher: ids.publisher,
    visible: true,
    managed: false,
  },
  {
    id: ids.salesSolution,
    unique: 'ContosoSales',
    friendly: 'Contoso Sales',
    publisher: ids.publisher,
    visible: true,
    managed: false,
  },
  {
    id: ids.managedSolution,
    unique: 'FabrikamShipping',
    friendly: 'Fabrikam Shipping',
    publisher: ids.publisher,
    visible: true,
    managed: true,
  },
];

function seedSolutions(seeder: Seeder): void {
  for (const { id, unique, friendly, prefix, readonly } of publishers) {
    const values = {
      uniquename: unique,
      friendlyname: friendly,
      customizationprefix: prefix,
      isreadonly: readonly,
    };
    seeder.add('publisher', id, values, DAYS, ids.systemUser);
  }
  for (const { id, unique, friendly, publisher, visible, managed } of solutions) {
    const values = {
      uniquename: unique,
      friendlyname: friendly,
      publisherid: { table: 'publisher', id: publisher },
      isvisible: visible,
      ismanaged: managed,
      version: '1.0.0.0',
      installedon: seeder.daysAgo(DAYS),
    };
    seeder.add('solution', id, values, DAYS, ids.systemUser);
  }
}

function seedMessage(seeder: Seeder, message: MessageSeed): void {
  const { name, tables, refused = [], isPrivate = false, isAction = false } = message;
  const custom = isAction
    ? { customizationlevel: 1, ismanaged: false }
    : { customizationlevel: 0, ismanaged: true };
  const values = {
    name,
    isprivate: isPrivate,
    isactive: true,
    isreadonly: name.startsWith('Retrieve') || name === 'WhoAmI',
    autotransact: true,
    availability: 0,
    categoryname: isAction ? 'CustomOperation' : name.slice(0, 25),
    expand: false,
    template: false,
    isvalidforexecuteasync: !isPrivate,
    workflowsdkstepenabled: isAction,
    ...custom,
  };
  seeder.add('sdkmessage', messageId(name), values, DAYS, ids.systemUser);
  for (const table of tables) {
    const allowed = refused !== 'all' && !refused.includes(table);
    const filter = {
      name: table === 'none' ? null : `${name} of ${table}`,
      sdkmessageid: { table: 'sdkmessage', id: messageId(name) },
      primaryobjecttypecode: table,
      secondaryobjecttypecode: 'none',
      iscustomprocessingstepallowed: allowed,
      // Legacy messages stay allowed and hidden: the pair of flags decides (FACTS 7).
      isvisible: name !== 'SetStateDynamicEntity' && !isPrivate,
      availability: 0,
      restrictionlevel: 0,
      workflowsdkstepenabled: false,
      ...custom,
    };
    seeder.add('sdkmessagefilter', filterId(name, table), filter, DAYS, ids.systemUser);
  }
}
