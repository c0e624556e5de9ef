import * as z from 'zod/mini';
import { dataverseHost } from '../auth/cloud';
import { isCancellation } from '../base/errors';
import { DataverseError } from '../dataverse/errors';
import { functionCall } from '../dataverse/odata';
import type { WebApi } from '../dataverse/webApi';

/** What an environment says about its organization. What it does not tell is not there. */
export interface OrganizationFacts {
  /** GUID in lower case. */
  readonly id?: string;
  readonly friendlyName?: string;
  readonly uniqueName?: string;
  /** `9.2.25021.00142` */
  readonly version?: string;
  /** Short name of the region, `EMEA`. */
  readonly region?: string;
  readonly tenantId?: string;
  /** The id in the portals' addresses. */
  readonly environmentId?: string;
}

const told = z.nullish(z.string());
const Detail = z.object({
  OrganizationId: told,
  FriendlyName: told,
  UniqueName: told,
  OrganizationVersion: told,
  Geo: told,
  TenantId: told,
  EnvironmentId: told,
});

/**
 * Asks an environment about its organization: the function RetrieveCurrentOrganization of the published service
 * document, and RetrieveVersion where that tells no version. The published type has id, names and version; that the
 * service of today adds Geo, TenantId and EnvironmentId is UNVERIFIED, so none of them is missed.
 * @throws DataverseError when neither answers, CancelledError.
 */
export async function organizationFacts(
  api: Pick<WebApi, 'get'>,
  signal: AbortSignal,
): Promise<OrganizationFacts> {
  const asked = functionCall('RetrieveCurrentOrganization', {
    AccessType: { operand: "Microsoft.Dynamics.CRM.EndpointAccessType'Default'" },
  });
  let facts: OrganizationFacts = {};
  try {
    facts = readDetail((await api.get(asked, { signal }))['Detail']);
  } catch (error) {
    // A server that does not know the function may still know the older one; one that refuses us knows neither.
    if (isCancellation(error) || !isUnknown(error)) throw error;
  }
  if (facts.version !== undefined) return facts;
  const { Version: version } = await api.get(functionCall('RetrieveVersion'), { signal });
  return { ...facts, ...fact('version', version) };
}

function isUnknown(error: unknown): boolean {
  return DataverseError.is(error) && (error.status === 404 || error.status === 400 || error.status === 501);
}

function readDetail(detail: unknown): OrganizationFacts {
  const read = Detail.safeParse(detail);
  if (!read.success) return {};
  const { data } = read;
  return {
    ...fact('id', data.OrganizationId?.toLowerCase()),
    ...fact('friendlyName', data.FriendlyName),
    ...fact('uniqueName', data.UniqueName),
    ...fact('version', data.OrganizationVersion),
    ...fact('region', data.Geo),
    ...fact('tenantId', data.TenantId?.toLowerCase()),
    ...fact('environmentId', data.EnvironmentId),
  };
}

function fact(name: keyof OrganizationFacts, value: unknown): OrganizationFacts {
  return typeof value === 'string' && value !== '' ? { [name]: value } : {};
}

/** Regions by the number in the host name, for environments that do not tell theirs: general knowledge, UNVERIFIED. */
const REGIONS: Readonly<Record<string, string>> = {
  crm: 'NA',
  crm2: 'SAM',
  crm3: 'CAN',
  crm4: 'EMEA',
  crm5: 'APAC',
  crm6: 'OCE',
  crm7: 'JPN',
  crm8: 'IND',
  crm11: 'UK',
  crm12: 'FRA',
  crm14: 'ZAF',
  crm15: 'UAE',
  crm16: 'GER',
  crm17: 'CHE',
  crm19: 'NOR',
  crm20: 'SGP',
  crm21: 'KOR',
};

/** The region that a host name of the public cloud stands for; undefined where the name says none. */
export function regionOfHost(hostname: string): string | undefined {
  const host = dataverseHost(hostname);
  if (host?.cloud !== 'public') return undefined;
  const domain = host.organization === '' ? host.environmentHost : host.environmentHost.split('.')[1];
  return REGIONS[domain?.split('.')[0] ?? ''];
}
