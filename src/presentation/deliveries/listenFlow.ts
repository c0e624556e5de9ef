import * as l10n from '@vscode/l10n';
import { isLoopbackHost } from '../../base/hosts';
import type { ListenOptions } from '../../delivery/log/listener';
import { reviewSteps, type Review, type Reviewed, type ReviewRow } from '../../wizard/review';
import { BACK, type Remark } from '../../wizard/ui';
import type { StepUi, Wizard, WizardStep } from '../../wizard/wizard';
import {
  authOf,
  authQuestions,
  authRows,
  authRowSteps,
  noAuthAnswers,
  type AuthAnswers,
} from '../flows/authQuestions';
import { shownUrl } from '../texts/urlText';

/** What *Start Listening…* asks for. All of it has a usual answer, so that one Enter starts. */
export interface ListenState extends Reviewed, AuthAnswers {
  readonly port: number;
  readonly status: number;
  /** Milliseconds. */
  readonly delay: number;
  readonly body: string;
  /** Requests must prove who calls. */
  readonly expects: boolean;
  /** Empty: nothing is passed on. */
  readonly forwardTo: string;
  readonly forwardAnswers: boolean;
}

/** A port that none of the usual local servers takes. */
const USUAL_PORT = 5780;

export const listenStart: ListenState = {
  ...noAuthAnswers,
  purpose: 'expected',
  url: '',
  port: USUAL_PORT,
  status: 200,
  delay: 0,
  body: '',
  expects: false,
  forwardTo: '',
  forwardAnswers: true,
  edits: [],
};

type StepOf = WizardStep<ListenState>;

/** The questions of *Start Listening…*, or of *Change Listening…* when it has begun already. */
export function listenWizard(running: boolean): Wizard<ListenState> {
  return {
    title: running ? l10n.t('Change Listening') : l10n.t('Start Listening'),
    steps: (state) => reviewSteps(state, (reviewed) => listenReview(reviewed, running)),
  };
}

/** The answers as the listener takes them. */
export function listenOptions(state: ListenState): ListenOptions {
  const { port, status, delay, body, expects, forwardTo, forwardAnswers } = state;
  return {
    port,
    status,
    delay,
    body,
    authentication: expects ? authOf(state) : undefined,
    forward: forwardTo === '' ? undefined : { to: forwardTo, answers: forwardAnswers },
  };
}

function listenReview(state: ListenState, running: boolean): Review<ListenState> {
  const { port, status, delay, body, expects, forwardTo, forwardAnswers } = state;
  const row = (id: string, icon: string, label: string, value: string): ReviewRow => ({
    id,
    icon,
    label,
    value,
  });
  return {
    placeholder: l10n.t('Enter starts; the other rows change one setting each'),
    accept: {
      label: running ? l10n.t('Listen Like This') : l10n.t('Start Listening'),
      description: l10n.t('port {port}, answers {status}', { port: portText(port), status }),
      detail: l10n.t(
        'Only programs of this machine reach it. Register WebHook for Listener leads to a public address.',
      ),
    },
    rows: [
      ...(running ? [] : [row('port', 'plug', l10n.t('Port'), portText(port))]),
      row('status', 'reply', l10n.t('Status of the answer'), String(status)),
      row('delay', 'clock', l10n.t('Delay of the answer'), l10n.t('{count} ms', { count: delay })),
      row('body', 'note', l10n.t('Body of the answer'), body === '' ? l10n.t('empty') : body),
      row(
        'expects',
        'shield',
        l10n.t('Expected authentication'),
        expects ? l10n.t('others are refused with 401') : l10n.t('none: everything is accepted'),
      ),
      ...(expects ? authRows(state).filter(({ id }) => id !== 'auth') : []),
      row(
        'forward',
        'forward',
        l10n.t('Forward to'),
        forwardTo === '' ? l10n.t('nowhere') : shownUrl(forwardTo),
      ),
      ...(forwardTo === ''
        ? []
        : [
            row(
              'forwardAnswers',
              'arrow-swap',
              l10n.t('Who answers'),
              forwardAnswers ? l10n.t('the server that it is forwarded to') : l10n.t('the listener'),
            ),
          ]),
    ],
    stepsOf: (rowId) => stepsOf(state, rowId),
  };
}

function portText(port: number): string {
  return port === 0 ? l10n.t('any free one') : String(port);
}

function stepsOf(state: ListenState, rowId: string): readonly StepOf[] {
  switch (rowId) {
    case 'port':
      return [numberStep('port', l10n.t('Port to listen at; 0 takes any free one'), 0, 65_535)];
    case 'status':
      return [
        numberStep('status', l10n.t('Status to answer with, for example 200, 400, 500 or 503'), 200, 599),
      ];
    case 'delay':
      return [
        numberStep(
          'delay',
          l10n.t('Milliseconds before the answer; Dataverse gives up after 60,000'),
          0,
          600_000,
        ),
      ];
    case 'body':
      return [bodyStep()];
    case 'expects':
      return [expectsStep(), ...(state.expects ? authQuestions(state) : [])];
    case 'forward':
      return [forwardStep()];
    case 'forwardAnswers':
      return [whoAnswersStep()];
    default:
      return authRowSteps(state, rowId) ?? [];
  }
}

function numberStep(name: 'port' | 'status' | 'delay', prompt: string, from: number, to: number): StepOf {
  return {
    id: name,
    ask: async (ui, state) => {
      const text = await ui.input({
        prompt,
        value: String(state[name]),
        check: (typed) => numberRemark(typed, from, to),
      });
      return text === BACK ? BACK : { ...state, [name]: Number(text) };
    },
  };
}

function numberRemark(text: string, from: number, to: number): Remark | undefined {
  const value = Number(text);
  if (/^\d+$/.test(text.trim()) && value >= from && value <= to) return undefined;
  return { severity: 'error', text: l10n.t('Write a whole number from {from} to {to}.', { from, to }) };
}

function bodyStep(): StepOf {
  return {
    id: 'body',
    ask: async (ui, state) => {
      const body = await ui.input({
        prompt: l10n.t('Body of the answer; Dataverse ignores it'),
        value: state.body,
        check: () => undefined,
      });
      return body === BACK ? BACK : { ...state, body };
    },
  };
}

function expectsStep(): StepOf {
  return {
    id: 'expects',
    ask: async (ui, state) => {
      const expects = await ui.pick({
        placeholder: l10n.t('Whether requests must prove who calls'),
        choices: [
          { value: false, label: l10n.t('Accept Every Request') },
          {
            value: true,
            label: l10n.t('Expect Authentication…'),
            detail: l10n.t('Requests without it are refused with 401 and shown all the same.'),
          },
        ],
        isCurrent: (value) => value === state.expects,
      });
      return expects === BACK ? BACK : { ...state, expects };
    },
  };
}

function forwardStep(): StepOf {
  return {
    id: 'forward',
    ask: async (ui: StepUi, state) => {
      const text = await ui.input({
        prompt: l10n.t(
          'Address that requests are forwarded to, path and authentication kept; empty: nowhere',
        ),
        placeholder: 'http://localhost:7071',
        value: state.forwardTo,
        check: (typed) => (typed.trim() === '' ? undefined : addressRemark(typed)),
      });
      return text === BACK ? BACK : { ...state, forwardTo: text.trim() };
    },
  };
}

/** What is wrong with an address, or what to know about it. */
export function addressRemark(text: string): Remark | undefined {
  const url = URL.parse(text.trim());
  if (url === null || !/^https?:$/.test(url.protocol) || !/^https?:\/\/[^/]/i.test(text.trim()))
    return {
      severity: 'error',
      text: l10n.t('Write a whole address with http or https, for example http://localhost:7071/api/hook.'),
    };
  if (url.username !== '' || url.password !== '')
    return { severity: 'error', text: l10n.t('Leave the user and the password out of the address.') };
  return isLoopbackHost(url.hostname)
    ? undefined
    : {
        severity: 'warning',
        text: l10n.t('{host} is not this machine: it is asked for before anything is sent.', {
          host: url.host,
        }),
      };
}

function whoAnswersStep(): StepOf {
  return {
    id: 'forwardAnswers',
    ask: async (ui, state) => {
      const answers = await ui.pick({
        placeholder: l10n.t('Whose answer the sender gets'),
        choices: [
          {
            value: true,
            label: l10n.t('The Server'),
            detail: l10n.t('What it answers is the answer; 502 when it does not answer.'),
          },
          {
            value: false,
            label: l10n.t('The Listener'),
            detail: l10n.t('The answer of the server is only shown.'),
          },
        ],
        isCurrent: (value) => value === state.forwardAnswers,
      });
      return answers === BACK ? BACK : { ...state, forwardAnswers: answers };
    },
  };
}
