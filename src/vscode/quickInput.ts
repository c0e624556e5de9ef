import * as vscode from 'vscode';
import { DisposableStore } from '../base/disposable';
import { CancelledError, isCancellation } from '../base/errors';
import { colorDisc } from './environmentColors';
import { reasonText } from '../presentation/texts/errorTexts';
import {
  BACK,
  type InputQuestion,
  type PickChoice,
  type PickManyQuestion,
  type PickQuestion,
  type Place,
  type Remark,
  type SearchQuestion,
  type WizardUi,
} from '../wizard/ui';
import { ShownRows } from '../wizard/shownRows';

/** Milliseconds of rest in typing before the service is asked (UX point 26). */
const TYPING_PAUSE = 300;

/** Whom a question is about; a function where that is known only when something fails. */
export type Where = string | (() => string);

/** Asks with the editor's quick input. `where` names the environment in reasons a list could not be loaded for. */
export function quickInputUi(where: Where): WizardUi {
  return {
    input: (place, question, signal) => askText(place, question, signal, where),
    pick: (place, question, signal) => askPick(place, question, signal, where),
    pickMany: (place, question, signal) => askPickMany(place, question, signal, where),
    search: (place, question, signal) => askSearch(place, question, signal, where),
  };
}

/** One open question: settles once, and closes what it opened. */
class OpenQuestion<T> {
  readonly store = new DisposableStore();
  readonly #abort = new AbortController();
  readonly #resolve: (answer: T | typeof BACK) => void;
  readonly #reject: (error: unknown) => void;
  readonly answer: Promise<T | typeof BACK>;

  constructor(input: vscode.QuickInput, place: Place, outer: AbortSignal) {
    const settled = Promise.withResolvers<T | typeof BACK>();
    this.answer = settled.promise;
    this.#resolve = settled.resolve;
    this.#reject = settled.reject;
    this.store.add(input);
    input.title = place.title;
    input.step = place.number;
    input.totalSteps = place.total;
    // People leave to copy a URL or a key; the question must still be there when they come back.
    input.ignoreFocusOut = true;
    this.store.add(input.onDidHide(() => this.cancel()));
    const onAbort = (): void => this.cancel();
    outer.addEventListener('abort', onAbort, { once: true });
    this.store.add({ dispose: () => outer.removeEventListener('abort', onAbort) });
  }

  /** Aborted as soon as the question is over. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  settle(answer: T | typeof BACK): void {
    this.#close();
    this.#resolve(answer);
  }

  cancel(): void {
    this.#close();
    this.#reject(new CancelledError());
  }

  #close(): void {
    this.#abort.abort();
    this.store.dispose();
  }
}

function buttons(place: Place): vscode.QuickInputButton[] {
  return place.canGoBack ? [vscode.QuickInputButtons.Back] : [];
}

function askText(
  place: Place,
  question: InputQuestion,
  signal: AbortSignal,
  where: Where,
): Promise<string | typeof BACK> {
  const input = vscode.window.createInputBox();
  const open = new OpenQuestion<string>(input, place, signal);
  input.buttons = buttons(place);
  input.prompt = question.prompt;
  input.value = question.value;
  input.password = question.password ?? false;
  if (question.placeholder !== undefined) input.placeholder = question.placeholder;
  const checker = new TextCheck(input, question, open.signal);
  open.store.add(input.onDidChangeValue(() => checker.typed()));
  open.store.add(input.onDidTriggerButton(() => open.settle(BACK)));
  open.store.add(input.onDidAccept(() => void acceptText(input, question, open, checker, where)));
  // An empty box is no mistake yet; what is prefilled is looked at.
  if (question.value !== '') checker.typed();
  input.show();
  return open.answer;
}

async function acceptText(
  input: vscode.InputBox,
  question: InputQuestion,
  open: OpenQuestion<string>,
  checker: TextCheck,
  where: Where,
): Promise<void> {
  if (!input.enabled) return;
  const text = input.value;
  input.busy = true;
  input.enabled = false;
  try {
    if (await checker.refuses(text)) return;
    const remark = await question.prepare?.(text, open.signal);
    if (remark?.severity === 'error') checker.show(remark);
    else open.settle(text);
  } catch (error) {
    if (!isCancellation(error))
      checker.show({ severity: 'error', text: reasonText(error, nameOf(where)).message });
  } finally {
    if (!open.store.disposed) {
      input.busy = false;
      input.enabled = true;
    }
  }
}

/** Looks at the text while it is typed: the shape at once, the service after a pause, older answers ignored. */
class TextCheck {
  readonly #input: vscode.InputBox;
  readonly #question: InputQuestion;
  readonly #closed: AbortSignal;
  #running: AbortController | undefined;

  constructor(input: vscode.InputBox, question: InputQuestion, closed: AbortSignal) {
    this.#input = input;
    this.#question = question;
    this.#closed = closed;
  }

  typed(): void {
    this.#running?.abort();
    const text = this.#input.value;
    const remark = this.#question.check(text);
    this.show(remark);
    if (remark?.severity === 'error' || this.#question.checkRemote === undefined) return;
    const run = new AbortController();
    this.#running = run;
    const timer = setTimeout(() => void this.#askRemote(text, run.signal, remark), TYPING_PAUSE);
    run.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
    this.#closed.addEventListener('abort', () => run.abort(), { once: true });
  }

  /** Checks once more on Enter, without waiting for the pause. True when the text is refused. */
  async refuses(text: string): Promise<boolean> {
    this.#running?.abort();
    const remark = this.#question.check(text);
    this.show(remark);
    if (remark?.severity === 'error') return true;
    const remote = await this.#remote(text, this.#closed);
    if (remote !== undefined) this.show(remote);
    return remote?.severity === 'error';
  }

  show(remark: Remark | undefined): void {
    this.#input.validationMessage = remark === undefined ? undefined : validationMessage(remark);
  }

  async #askRemote(text: string, signal: AbortSignal, shown: Remark | undefined): Promise<void> {
    const remark = await this.#remote(text, signal);
    if (!signal.aborted && this.#input.value === text) this.show(remark ?? shown);
  }

  /** A service that cannot answer does not stop the user: the write will tell. */
  async #remote(text: string, signal: AbortSignal): Promise<Remark | undefined> {
    try {
      return await this.#question.checkRemote?.(text, signal);
    } catch {
      return undefined;
    }
  }
}

function validationMessage(remark: Remark): vscode.InputBoxValidationMessage {
  const severities = {
    error: vscode.InputBoxValidationSeverity.Error,
    warning: vscode.InputBoxValidationSeverity.Warning,
    info: vscode.InputBoxValidationSeverity.Info,
  };
  return { message: remark.text, severity: severities[remark.severity] };
}

/** A row of a list: a choice, the name of a group, or the offer to load again. */
interface Row<T> extends vscode.QuickPickItem {
  readonly choice?: PickChoice<T>;
  readonly reload?: boolean;
}

function rowsOf<T>(choices: ReadonlyArray<PickChoice<T>>): Array<Row<T>> {
  const rows: Array<Row<T>> = [];
  let group: string | undefined;
  for (const choice of choices) {
    if (choice.group !== undefined && choice.group !== group) {
      rows.push({ label: choice.group, kind: vscode.QuickPickItemKind.Separator });
    }
    group = choice.group;
    rows.push(rowOf(choice));
  }
  return rows;
}

function rowOf<T>(choice: PickChoice<T>): Row<T> {
  return {
    choice,
    label:
      choice.icon === undefined || choice.color !== undefined
        ? plainLabel(choice.label)
        : `$(${choice.icon}) ${plainLabel(choice.label)}`,
    ...(choice.color === undefined ? {} : { iconPath: colorDisc(choice.color) }),
    ...(choice.description === undefined ? {} : { description: plainLabel(choice.description) }),
    ...(choice.detail === undefined ? {} : { detail: plainLabel(choice.detail) }),
  };
}

/** Quick picks turn `$(name)` into an icon and line breaks into arrows; a stranger's name must stay text. */
function plainLabel(text: string): string {
  return text.replace(/\$\((?=[\w~-]+\))/g, '\\$(').replace(/[\r\n]+/g, ' ');
}

/** Loads the rows of a list and shows it busy meanwhile; `loaded` is false when all there is to show is the offer to load again. */
async function loadRows<T>(
  list: vscode.QuickPick<Row<T>>,
  choices: PickQuestion<T>['choices'],
  signal: AbortSignal,
  where: Where,
): Promise<{ readonly loaded: boolean; readonly rows: ReadonlyArray<Row<T>> }> {
  if (typeof choices !== 'function') return { loaded: true, rows: rowsOf(choices) };
  list.busy = true;
  try {
    return { loaded: true, rows: rowsOf(await choices(signal)) };
  } catch (error) {
    // Nobody looks at a list that is closed; a sign-in that was cancelled leaves it open, and not empty.
    return { loaded: false, rows: signal.aborted ? [] : [reloadRow(error, where)] };
  } finally {
    if (!signal.aborted) list.busy = false;
  }
}

function reloadRow<T>(error: unknown, where: Where): Row<T> {
  return {
    reload: true,
    alwaysShow: true,
    label: `$(refresh) ${vscode.l10n.t('Retry')}`,
    detail: isCancellation(error)
      ? vscode.l10n.t('Nothing was listed, because it was cancelled.')
      : reasonText(error, nameOf(where)).message,
  };
}

function preparedList<T>(place: Place, placeholder: string): vscode.QuickPick<Row<T>> {
  const list = vscode.window.createQuickPick<Row<T>>();
  list.buttons = buttons(place);
  list.placeholder = placeholder;
  list.matchOnDescription = true;
  list.matchOnDetail = true;
  return list;
}

function askPick<T>(
  place: Place,
  question: PickQuestion<T>,
  signal: AbortSignal,
  where: Where,
): Promise<T | typeof BACK> {
  const list = preparedList<T>(place, question.placeholder);
  const open = new OpenQuestion<T>(list, place, signal);
  const load = async (): Promise<void> => {
    const { rows } = await loadRows(list, question.choices, open.signal, where);
    if (open.signal.aborted) return;
    list.items = rows;
    const current = rows.find((row) => row.choice !== undefined && question.isCurrent?.(row.choice.value));
    if (current !== undefined) list.activeItems = [current];
  };
  const accept = async (): Promise<void> => {
    const row = list.selectedItems[0];
    if (row?.reload === true) return load();
    if (row?.choice === undefined || list.busy) return;
    const { value } = row.choice;
    list.busy = true;
    try {
      await question.prepare?.(value, open.signal);
      open.settle(value);
    } catch (error) {
      if (isCancellation(error) || open.signal.aborted) return;
      list.busy = false;
      list.items = [reloadRow(error, where)];
    }
  };
  open.store.add(list.onDidTriggerButton(() => open.settle(BACK)));
  open.store.add(list.onDidAccept(() => void accept()));
  list.show();
  void load();
  return open.answer;
}

function askPickMany<T>(
  place: Place,
  question: PickManyQuestion<T>,
  signal: AbortSignal,
  where: Where,
): Promise<readonly T[] | typeof BACK> {
  const list = preparedList<T>(place, question.placeholder);
  const open = new OpenQuestion<readonly T[]>(list, place, signal);
  let loaded = false;
  const load = async (): Promise<void> => {
    const result = await loadRows(list, question.choices, open.signal, where);
    if (open.signal.aborted) return;
    ({ loaded } = result);
    // The offer to load again is no choice to tick.
    list.canSelectMany = loaded;
    list.items = result.rows;
    list.selectedItems = result.rows.filter(
      (row) => row.choice !== undefined && question.isPicked(row.choice.value),
    );
  };
  open.store.add(list.onDidTriggerButton(() => open.settle(BACK)));
  open.store.add(
    list.onDidAccept(() => {
      if (loaded)
        open.settle(
          list.selectedItems.flatMap((row) => (row.choice === undefined ? [] : [row.choice.value])),
        );
      else if (!list.busy) void load();
    }),
  );
  list.show();
  void load();
  return open.answer;
}

/** A list that the service searches: what is typed is asked for after a pause, and older answers are ignored. */
function askSearch<T>(
  place: Place,
  question: SearchQuestion<T>,
  signal: AbortSignal,
  where: Where,
): Promise<T | typeof BACK> {
  const list = preparedList<T>(place, question.placeholder);
  const open = new OpenQuestion<T>(list, place, signal);
  // The service has looked at the text already; the editor's own filter would hide what it found by another column.
  const shownAlways = (row: Row<T>): Row<T> =>
    row.kind === vscode.QuickPickItemKind.Separator ? row : { ...row, alwaysShow: true };
  const fixed = rowsOf(question.fixed).map(shownAlways);
  const onScreen = new ShownRows<Row<T>>(Date.now);
  let running: AbortController | undefined;
  const find = async (text: string, stop: AbortSignal): Promise<void> => {
    const { rows } = await loadRows(list, (given) => question.find(text, given), stop, where);
    if (stop.aborted) return;
    const shown = [...fixed, ...rows.map(shownAlways)];
    list.items = shown;
    const current = shown.find((row) => row.choice !== undefined && question.isCurrent?.(row.choice.value));
    // The choices that are always there stand above; what was looked for is what Enter takes.
    const active =
      text === '' ? current : shown.find((row) => row.choice !== undefined && !fixed.includes(row));
    if (active !== undefined) list.activeItems = [active];
    onScreen.replaced(active);
  };
  const search = (text: string, pause: number): void => {
    running?.abort();
    const run = new AbortController();
    running = run;
    list.busy = true;
    const timer = setTimeout(() => void find(text, run.signal), pause);
    run.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  };
  open.signal.addEventListener('abort', () => running?.abort(), { once: true });
  open.store.add(list.onDidChangeValue((text) => search(text, TYPING_PAUSE)));
  open.store.add(list.onDidTriggerButton(() => open.settle(BACK)));
  open.store.add(list.onDidChangeActive(([row]) => onScreen.activated(row)));
  open.store.add(
    list.onDidAccept(() => {
      const row = onScreen.areKnown ? list.selectedItems[0] : undefined;
      if (row?.reload === true) search(list.value, 0);
      else if (row?.choice !== undefined) open.settle(row.choice.value);
    }),
  );
  list.items = fixed;
  list.show();
  search('', 0);
  return open.answer;
}

function nameOf(where: Where): string {
  return typeof where === 'string' ? where : where();
}
