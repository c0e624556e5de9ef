import * as l10n from '@vscode/l10n';
import type { OtherProduct, UnderstoodUrl } from '../../environments/environmentUrl';
import type { EnvironmentColor } from '../../environments/profile';

type Refused = Extract<UnderstoodUrl, { readonly ok: false }>;

/** Why a text is no address of an environment, and what to write instead. */
export function environmentUrlProblem(refused: Refused): string {
  const host = { host: refused.host ?? '' };
  switch (refused.reason) {
    case 'empty':
      return l10n.t('Write the URL of the environment, for example https://contoso.crm.dynamics.com.');
    case 'malformed':
      return l10n.t('This is not a URL. Write it in the form https://contoso.crm.dynamics.com.');
    case 'blank':
      return l10n.t('Remove the blanks inside the URL.');
    case 'scheme':
      return l10n.t('Write https:// at the beginning, or http:// for a server on this machine.');
    case 'credentials':
      return l10n.t('Remove the user name and password from the URL.');
    case 'insecure':
      return l10n.t('Write https:// instead of http://. A token is never sent unencrypted to {host}.', host);
    case 'portal':
      return refused.environmentId === undefined
        ? l10n.t('{host} is a portal. Open the environment there and copy its "Environment URL".', host)
        : l10n.t('{host} is a portal. Copy the "Environment URL" of {id} from its settings there.', {
            ...host,
            id: refused.environmentId,
          });
    case 'environmentId':
      return l10n.t(
        'This is the id of an environment. Its URL is needed, for example https://contoso.crm.dynamics.com.',
      );
    case 'discovery':
      return l10n.t('{host} is the discovery service, not an environment.', host);
    case 'otherProduct':
      return l10n.t('{host} belongs to {product}, which is not Dataverse.', {
        ...host,
        product: productName(refused.product),
      });
    case 'incomplete':
      return l10n.t('Write the whole host name, for example contoso.crm.dynamics.com.');
    case 'unknownHost':
      return l10n.t(
        '{host} is no host of Dataverse. If it is, choose its cloud in the setting "dataverseWebhooks.signIn.cloud".',
        host,
      );
    case 'known':
      return l10n.t('This environment is in the list already.');
  }
}

function productName(product: OtherProduct | undefined): string {
  switch (product) {
    case 'financeAndOperations':
      return 'Dynamics 365 Finance and Operations';
    case 'businessCentral':
      return 'Business Central';
    case 'powerPages':
      return 'Power Pages';
    case 'sharePoint':
      return 'SharePoint';
    case 'azurePortal':
      return 'Azure';
    case 'azureDevOps':
      return 'Azure DevOps';
    case 'home':
    case undefined:
      return 'Microsoft 365';
  }
}

/** The name of an environment's colour. */
export function colorText(color: EnvironmentColor | undefined): string {
  switch (color) {
    case 'red':
      return l10n.t('Red');
    case 'orange':
      return l10n.t('Orange');
    case 'yellow':
      return l10n.t('Yellow');
    case 'green':
      return l10n.t('Green');
    case 'blue':
      return l10n.t('Blue');
    case 'purple':
      return l10n.t('Purple');
    case undefined:
      return l10n.t('No color');
  }
}
