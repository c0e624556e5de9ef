import * as l10n from '@vscode/l10n';
import { Secret } from '../../base/secret';
import { BACK, type Remark } from '../../wizard/ui';
import type { Wizard, WizardStep } from '../../wizard/wizard';

/** What an address answered when a token was tried. */
export type Probe = 'accepted' | 'tokenNeeded';

export interface SignInContext {
  readonly environmentName: string;
  readonly origin: string;
  readonly probe: (token: Secret, signal: AbortSignal) => Promise<Probe>;
}

export interface SignInState {
  readonly token: Secret;
}

export const signInStart: SignInState = { token: new Secret('') };

/** The one question of *Sign In…* where a token is pasted: another one for an environment that is in the list. */
export function signInWizard(context: SignInContext): Wizard<SignInState> {
  return {
    title: l10n.t('Sign In to {environment}', { environment: context.environmentName }),
    steps: () => [
      tokenStep<SignInState>(
        () => context.origin,
        (_, token, signal) => context.probe(token, signal),
      ),
    ],
  };
}

/** Asks for a token and tries it before the flow goes on. */
export function tokenStep<S extends { readonly token: Secret }>(
  originOf: (state: S) => string,
  probe: (state: S, token: Secret, signal: AbortSignal) => Promise<Probe>,
): WizardStep<S> {
  return {
    id: 'token',
    ask: async (ui, state) => {
      const token = await ui.input({
        prompt: l10n.t('Bearer token that {host} asks for. It is kept in the secret store of the editor.', {
          host: new URL(originOf(state)).host,
        }),
        value: state.token.reveal(),
        password: true,
        check: tokenProblem,
        prepare: async (text, signal) => {
          if ((await probe(state, new Secret(text.trim()), signal)) === 'accepted') return undefined;
          return {
            severity: 'error',
            text: l10n.t('The server does not accept this token. Paste another one.'),
          };
        },
      });
      return token === BACK ? BACK : { ...state, token: new Secret(token.trim()) };
    },
  };
}

function tokenProblem(text: string): Remark | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return { severity: 'error', text: l10n.t('Paste the token the server asks for.') };
  if (/^bearer\s/i.test(trimmed))
    return { severity: 'error', text: l10n.t('Leave out the word Bearer; paste the token only.') };
  if (!/^[\x21-\x7e]+$/.test(trimmed))
    return { severity: 'error', text: l10n.t('Remove the blanks and line breaks inside the token.') };
  return undefined;
}
