import * as l10n from '@vscode/l10n';
import {
  HANDLER_KINDS,
  type GeneratedFile,
  type GeneratedHandler,
  type HandlerAuth,
  type HandlerKind,
  type HandlerRequest,
  type HandlerStep,
} from '../../handlers/model';
import { checkPairName } from '../../webhooks/authValue';
import { reviewSteps, type Review, type Reviewed, type ReviewRow } from '../../wizard/review';
import { BACK, type Remark } from '../../wizard/ui';
import type { Wizard, WizardStep } from '../../wizard/wizard';
import { kindTexts } from '../handlers/handlerTexts';
import { sampleBody } from '../handlers/sampleBody';
import { authRemark } from '../texts/inputTexts';

/** A place for the files of a handler. */
export interface HandlerFolder {
  /** As a person reads it. */
  readonly label: string;
  /** As the editor finds it. */
  readonly uri: string;
}

export interface GenerateContext {
  /** Writes the code: a bundle of its own, which is loaded with the command. */
  readonly generate: (request: HandlerRequest) => GeneratedHandler;
  readonly step: HandlerStep;
  readonly authType: HandlerAuth['type'];
  /** Names of headers or query parameters, as far as they are known: the service does not give them back. */
  readonly knownNames: readonly string[];
  /** Folders of the workspace, and what would be a folder in one of them. */
  readonly folders: (projectName: string) => readonly HandlerFolder[];
  /** Asks for any other folder; undefined when the user chose none. */
  readonly browse: () => Promise<HandlerFolder | undefined>;
  /** Which of the files are there already. */
  readonly existing: (folder: HandlerFolder, files: readonly GeneratedFile[]) => Promise<readonly string[]>;
  /** Shows what would be written. */
  readonly show: (file: GeneratedFile) => Promise<void>;
}

export interface GenerateAnswers extends Reviewed {
  readonly kind: HandlerKind | undefined;
  readonly names: readonly string[];
  readonly folder: HandlerFolder | undefined;
  /** Paths of files that are there already. */
  readonly existing: readonly string[];
}

/** The answers before the first question. */
export function generateStart({ knownNames }: GenerateContext): GenerateAnswers {
  return { kind: undefined, names: knownNames, folder: undefined, existing: [], edits: [] };
}

/** The files the answers lead to; undefined before the kind is chosen. */
export function generated(context: GenerateContext, answers: GenerateAnswers): GeneratedHandler | undefined {
  if (answers.kind === undefined) return undefined;
  return context.generate({
    kind: answers.kind,
    step: context.step,
    auth: { type: context.authType, names: answers.names },
    sampleBody: sampleBody(context.step),
  });
}

/** The files to write: all, or those that are not there yet when the user chose so. */
export function filesToWrite(
  handler: GeneratedHandler,
  { existing, alternative }: Pick<GenerateAnswers, 'existing' | 'alternative'>,
): readonly GeneratedFile[] {
  return alternative === true ? handler.files.filter(({ path }) => !existing.includes(path)) : handler.files;
}

type StepOf = WizardStep<GenerateAnswers>;

/** The questions of *Generate Handler…*. Nothing is written before the last one. */
export function generateHandlerWizard(context: GenerateContext): Wizard<GenerateAnswers> {
  const asksNames = context.authType !== 'webhookKey' && context.knownNames.length === 0;
  return {
    title: l10n.t('Generate Handler for {step}', { step: context.step.name }),
    steps: (state) => [
      kindStep(context),
      ...(asksNames ? [namesStep(context)] : []),
      folderStep(context),
      ...reviewSteps(state, (reviewed) => review(context, reviewed)),
    ],
  };
}

function kindStep(context: GenerateContext): StepOf {
  return {
    id: 'kind',
    ask: async (ui, state) => {
      const kind = await ui.pick<HandlerKind>({
        placeholder: l10n.t('What receives the deliveries'),
        choices: HANDLER_KINDS.map((value) => ({ value, ...kindTexts(value) })),
        isCurrent: (value) => value === state.kind,
      });
      return kind === BACK ? BACK : withExisting(context, { ...state, kind });
    },
  };
}

function namesStep({ authType }: GenerateContext): StepOf {
  return {
    id: 'names',
    ask: async (ui, state) => {
      const answer = await ui.input({
        prompt:
          authType === 'httpHeader'
            ? l10n.t(
                'Names of the headers that the webhook sends, separated by commas; its secrets stay where they are',
              )
            : l10n.t(
                'Names of the query parameters that the webhook sends, separated by commas; its secrets stay where they are',
              ),
        placeholder: 'x-api-key',
        value: state.names.join(', '),
        check: (text) => checkNames(text, authType),
      });
      return answer === BACK ? BACK : { ...state, names: namesIn(answer) };
    },
  };
}

function namesIn(text: string): readonly string[] {
  return [...new Set(text.split(',').map((name) => name.trim()))].filter((name) => name !== '');
}

function checkNames(text: string, type: HandlerAuth['type']): Remark | undefined {
  const names = namesIn(text);
  if (type === 'webhookKey') return undefined;
  const problems = (names.length === 0 ? [''] : names).map((name, index) =>
    checkPairName(type, name, names.slice(0, index)),
  );
  const problem = problems.find((found) => found !== undefined);
  return problem === undefined ? undefined : authRemark(problem);
}

function folderStep(context: GenerateContext): StepOf {
  return {
    id: 'folder',
    ask: async (ui, state) => {
      for (;;) {
        const name = generated(context, state)?.name ?? '';
        const offered = context.folders(name);
        const chosen = state.folder;
        const all =
          chosen === undefined || offered.some(({ uri }) => uri === chosen.uri)
            ? offered
            : [chosen, ...offered];
        const folder = await ui.pick<HandlerFolder | undefined>({
          placeholder: l10n.t(
            'Folder the files go into; what is there already is shown before anything is written',
          ),
          choices: [
            ...all.map((value) => ({ value, label: value.label, icon: 'folder' })),
            { value: undefined, label: l10n.t('Another Folder…'), icon: 'folder-opened' },
          ],
          isCurrent: (value) => value !== undefined && value.uri === state.folder?.uri,
        });
        if (folder === BACK) return BACK;
        const given = folder ?? (await context.browse());
        if (given !== undefined) return withExisting(context, { ...state, folder: given });
      }
    },
  };
}

async function withExisting(context: GenerateContext, state: GenerateAnswers): Promise<GenerateAnswers> {
  const handler = generated(context, state);
  if (handler === undefined || state.folder === undefined) return state;
  return { ...state, existing: await context.existing(state.folder, handler.files) };
}

function review(context: GenerateContext, state: GenerateAnswers): Review<GenerateAnswers> {
  const files = generated(context, state)?.files ?? [];
  const { existing } = state;
  const place = state.folder?.label ?? '';
  const fresh = files.length - existing.length;
  return {
    placeholder: l10n.t('Nothing has been written yet; choose a file to look at it'),
    accept:
      existing.length === 0
        ? { label: l10n.t('Write {count} Files', { count: files.length }), description: place }
        : {
            label: l10n.t('Write {count} Files and Overwrite {existing} of Them', {
              count: files.length,
              existing: existing.length,
            }),
            description: place,
            detail: l10n.t('What stands in them now is lost.'),
          },
    ...(existing.length === 0 || fresh === 0
      ? {}
      : {
          alternative: {
            label: l10n.t('Write Only the {count} New Files', { count: fresh }),
            detail: l10n.t('Files that are there already stay as they are.'),
          },
        }),
    rows: reviewRows(context, state, files),
    stepsOf: (rowId) => {
      if (rowId === 'kind') return [kindStep(context)];
      if (rowId === 'names') return [namesStep(context)];
      return rowId === 'folder' ? [folderStep(context)] : [];
    },
  };
}

function reviewRows(
  context: GenerateContext,
  state: GenerateAnswers,
  files: readonly GeneratedFile[],
): readonly ReviewRow[] {
  const there = new Set(state.existing);
  return [
    {
      id: 'kind',
      icon: 'edit',
      label: l10n.t('Kind'),
      value: state.kind === undefined ? '' : kindTexts(state.kind).label,
    },
    ...(context.authType === 'webhookKey'
      ? []
      : [
          {
            id: 'names',
            icon: 'edit',
            label: l10n.t('Names That Carry Secrets'),
            value: state.names.join(', '),
          },
        ]),
    { id: 'folder', icon: 'edit', label: l10n.t('Folder'), value: state.folder?.label ?? '' },
    ...files.map((file) => ({
      id: `file:${file.path}`,
      icon: there.has(file.path) ? 'warning' : 'new-file',
      label: file.path,
      value: there.has(file.path) ? l10n.t('is there already') : '',
      show: () => context.show(file),
    })),
  ];
}
