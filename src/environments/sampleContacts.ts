import * as odata from '../dataverse/odata';
import * as column from '../dataverse/row';
import type { WebApi } from '../dataverse/webApi';

/** A contact to try a webhook with. */
export interface SampleContact {
  readonly id: string;
  readonly name: string;
  /** Text columns that can be changed, with what they hold now. */
  readonly values: Readonly<Record<SampleColumn, string>>;
}

/** Columns of a contact that are offered for a change. */
export const SAMPLE_COLUMNS = ['firstname', 'lastname', 'emailaddress1', 'telephone1', 'jobtitle'] as const;
export type SampleColumn = (typeof SAMPLE_COLUMNS)[number];

/** Contacts offered at once. */
const MOST_CONTACTS = 50;

/** The first contacts of an environment, by name. */
export async function sampleContacts(api: WebApi, signal: AbortSignal): Promise<readonly SampleContact[]> {
  const path = odata.query(odata.set('contacts'), {
    select: ['contactid', 'fullname', ...SAMPLE_COLUMNS],
    orderby: ['fullname', 'contactid'],
    top: MOST_CONTACTS,
  });
  const contacts: SampleContact[] = [];
  for await (const page of api.pages(path, { signal })) {
    for (const row of page.rows) {
      const value = (name: SampleColumn): string => column.optionalText(row, name) ?? '';
      contacts.push({
        id: column.guid(row, 'contactid'),
        name: column.optionalText(row, 'fullname') ?? '',
        values: {
          firstname: value('firstname'),
          lastname: value('lastname'),
          emailaddress1: value('emailaddress1'),
          telephone1: value('telephone1'),
          jobtitle: value('jobtitle'),
        },
      });
    }
  }
  return contacts;
}

/** Changes one column of a contact, as any client would; the steps on Update of contact fire. */
export async function changeContact(
  api: WebApi,
  contactId: string,
  change: { readonly column: SampleColumn; readonly value: string },
  signal: AbortSignal,
): Promise<void> {
  const value = change.value === '' ? null : change.value;
  await api.update(odata.row('contacts', contactId), { [change.column]: value }, { signal });
}
