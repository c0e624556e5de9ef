import * as l10n from '@vscode/l10n';
import { SignInError } from '../../auth/signInError';
import { isGuid } from '../../base/guid';
import { Secret } from '../../base/secret';
import { BACK } from '../../wizard/ui';
import type { Wizard, WizardStep } from '../../wizard/wizard';
import { signInText } from '../texts/signInTexts';

/** What an application signs in with, as far as it has been asked for. */
export interface CredentialState {
  /** The secret, or the certificate with its key as PEM text. */
  readonly token: Secret;
  readonly certificatePath: string;
  /** Subject and thumbprint of the certificate, to compare; empty for a secret. */
  readonly certificate: string;
}

export const credentialStart: CredentialState = {
  token: new Secret(''),
  certificatePath: '',
  certificate: '',
};

/** Reads a certificate with its key from a file of this machine. @throws SignInError */
export type ReadCertificate = (
  path: string,
  signal: AbortSignal,
) => Promise<{ readonly pem: Secret; readonly shown: string }>;

/** The question of *Sign In…* for an application: another secret or certificate for an environment of the list. */
export function credentialWizard(context: {
  readonly environmentName: string;
  readonly kind: 'secret' | 'certificate';
  readonly readCertificate: ReadCertificate;
}): Wizard<CredentialState> {
  const { environmentName, kind, readCertificate } = context;
  return {
    title: l10n.t('Sign In to {environment}', { environment: environmentName }),
    steps: () => [
      kind === 'secret'
        ? clientSecretStep<CredentialState>()
        : certificateStep<CredentialState>(readCertificate, () => environmentName),
    ],
  };
}

/** Asks for the value of a client secret. */
export function clientSecretStep<S extends CredentialState>(): WizardStep<S> {
  return {
    id: 'clientSecret',
    ask: async (ui, state) => {
      const secret = await ui.input({
        prompt: l10n.t('Value of the client secret. It is kept in the secret store of the editor.'),
        value: state.token.reveal(),
        password: true,
        check: (text) => {
          if (text.trim() === '')
            return { severity: 'error', text: l10n.t('Paste the value of the client secret.') };
          return isGuid(text.trim())
            ? {
                severity: 'warning',
                text: l10n.t('This looks like the id of the secret; its value is needed.'),
              }
            : undefined;
        },
      });
      return secret === BACK ? BACK : { ...state, token: new Secret(secret.trim()), certificate: '' };
    },
  };
}

/** Asks for the file of a certificate and reads it before the flow goes on. */
export function certificateStep<S extends CredentialState>(
  read: ReadCertificate,
  where: (state: S) => string,
): WizardStep<S> {
  return {
    id: 'certificate',
    ask: async (ui, state) => {
      let found = { pem: state.token, shown: state.certificate };
      const path = await ui.input({
        prompt: l10n.t(
          'Path of a PEM file with the certificate and its private key. Its content is kept in the secret store.',
        ),
        placeholder: '/home/me/app.pem',
        value: state.certificatePath,
        check: (text) =>
          text.trim() === ''
            ? { severity: 'error', text: l10n.t('Write the path of the PEM file.') }
            : undefined,
        prepare: async (text, signal) => {
          try {
            found = await read(text.trim(), signal);
            return undefined;
          } catch (error) {
            if (!(error instanceof SignInError)) throw error;
            return { severity: 'error', text: signInText(error, where(state)).message };
          }
        },
      });
      return path === BACK
        ? BACK
        : { ...state, certificatePath: path, token: found.pem, certificate: found.shown };
    },
  };
}
