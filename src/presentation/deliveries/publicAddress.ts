import * as l10n from '@vscode/l10n';
import { isLoopbackHost, isPrivateHost } from '../../base/hosts';
import type { Remark } from '../../wizard/ui';

/** Whether Dataverse online can call an address: https on port 443, and on the internet (FACTS 5.3). */
export function publicAddressRemark(text: string): Remark | undefined {
  const url = URL.parse(text.trim());
  if (url === null || !/^https?:$/.test(url.protocol) || !/^https?:\/\/[^/]/i.test(text.trim()))
    return error(l10n.t('Paste the whole address, for example https://abc123-5780.euw.devtunnels.ms.'));
  if (isLoopbackHost(url.hostname) || isPrivateHost(url.hostname))
    return error(l10n.t('{host} is not reached from the cloud.', { host: url.host }));
  if (url.protocol !== 'https:') return error(l10n.t('The address must begin with https.'));
  if (url.port !== '')
    return error(l10n.t('Dataverse calls port 443 only; this address names another port.'));
  return undefined;
}

function error(text: string): Remark {
  return { severity: 'error', text };
}

/** What is said on the way to the editor's port forwarding. */
export function publicAddressText(port: number): {
  readonly open: { readonly question: string; readonly detail: string; readonly act: string };
  readonly ask: { readonly title: string; readonly prompt: string; readonly placeholder: string };
} {
  return {
    open: {
      question: l10n.t('Forward port {port} with the editor?', { port }),
      detail: l10n.t(
        'The editor asks for the port: write {port}. Then set its visibility to Public in the Ports view, because Dataverse cannot sign in there. Whoever knows the address can call the listener; let it expect authentication.',
        { port },
      ),
      act: l10n.t('Forward a Port'),
    },
    ask: {
      title: l10n.t('Public Address of the Listener'),
      prompt: l10n.t(
        'Forwarded address of port {port} from the Ports view, with its visibility set to Public',
        {
          port,
        },
      ),
      placeholder: `https://abc123-${port}.euw.devtunnels.ms`,
    },
  };
}
