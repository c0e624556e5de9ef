import * as l10n from '@vscode/l10n';
import type { DataverseError } from '../../dataverse/errors';

/** ObjectDoesNotExist, 0x80040217 (FACTS 12). A 404 for another reason, as an unknown segment of the address, has another. */
const OBJECT_DOES_NOT_EXIST = -2147220969;

const TABLE_OF_SET: Readonly<Record<string, string>> = {
  serviceendpoints: 'serviceendpoint',
  sdkmessageprocessingsteps: 'sdkmessageprocessingstep',
  sdkmessageprocessingstepimages: 'sdkmessageprocessingstepimage',
  asyncoperations: 'asyncoperation',
};

/**
 * What is told of a row that is not there any more, in our words; those of the service are among the details. Undefined
 * for every other error.
 */
export function goneText({ code, facts }: DataverseError, where: string): string | undefined {
  if (code !== OBJECT_DOES_NOT_EXIST || facts.page === true) return undefined;
  const environment = { environment: where };
  switch (goneTable(facts)) {
    case 'serviceendpoint':
      return l10n.t('The webhook does not exist in {environment} any more: it was deleted.', environment);
    case 'sdkmessageprocessingstep':
      return l10n.t(
        'The step does not exist in {environment} any more: it was deleted, alone or with its webhook.',
        environment,
      );
    case 'sdkmessageprocessingstepimage':
      return l10n.t(
        'The image does not exist in {environment} any more: it was deleted, alone or with its step.',
        environment,
      );
    case 'asyncoperation':
      return l10n.t(
        'The job does not exist in {environment} any more: it was deleted. Refresh the report to see what is there.',
        environment,
      );
    case undefined:
      return undefined;
    default:
      return l10n.t('The row does not exist in {environment} any more: it was deleted.', environment);
  }
}

/**
 * The table of the row that is gone. The service names it (how is UNVERIFIED), and it need not be the row of the request: a
 * step can be bound to a webhook that is gone. Where it does not, it is the row that was asked for by its id.
 */
function goneTable({ serviceMessage = '', path = '' }: DataverseError['facts']): string | undefined {
  const named = /\bEntity '?([a-z_0-9]+)'? With Id\b/i.exec(serviceMessage)?.[1];
  if (named !== undefined) return named.toLowerCase();
  const asked = /^\/?(\w+)\([^()]*\)(?:\?.*)?$/.exec(path)?.[1];
  return asked === undefined ? undefined : TABLE_OF_SET[asked];
}
