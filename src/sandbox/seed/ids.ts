import { hash } from 'node:crypto';

/** The same id for the same name in every sandbox, so that documents and tests can rely on it. */
export function seedId(name: string): string {
  const hex = hash('sha256', `dataverse-sandbox:${name}`);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** Ids that public fixtures and examples show (FACTS 7, 15.3). Whether every environment has them is UNVERIFIED. */
const knownMessages: Readonly<Record<string, string>> = {
  Create: '9ebdbb1b-ea3e-db11-86a7-000a3a5473e8',
  Update: '20bebb1b-ea3e-db11-86a7-000a3a5473e8',
};
const knownFilters: Readonly<Record<string, string>> = {
  'Create account': 'c2c5bb1b-ea3e-db11-86a7-000a3a5473e8',
  'Update contact': '77c2bb1b-ea3e-db11-86a7-000a3a5473e8',
};

export function messageId(name: string): string {
  return knownMessages[name] ?? seedId(`message ${name}`);
}

export function filterId(message: string, table: string): string {
  const name = `${message} ${table}`;
  return knownFilters[name] ?? seedId(`filter ${name}`);
}

/** Rows that every sandbox has. */
export const ids = {
  organization: seedId('organization'),
  businessUnit: seedId('businessunit'),
  user: seedId('user'),
  systemUser: seedId('user SYSTEM'),
  secondUser: seedId('user 2'),
  applicationUser: seedId('user application'),
  disabledUser: seedId('user disabled'),
  team: seedId('team'),
  queue: seedId('queue'),
  currency: seedId('currency'),
  publisher: seedId('publisher'),
  defaultPublisher: seedId('publisher default'),
  microsoftPublisher: seedId('publisher Microsoft'),
  /** The ids of the "Active" and the "Default" solution are general knowledge (UNVERIFIED). */
  activeSolution: 'fd140aae-4df4-11dd-bd17-0019b9312238',
  defaultSolution: 'fd140aaf-4df4-11dd-bd17-0019b9312238',
  integrationSolution: seedId('solution integration'),
  salesSolution: seedId('solution sales'),
  managedSolution: seedId('solution managed'),
} as const;
