import * as vscode from 'vscode';
import { isCancellation } from '../base/errors';
import { reasonText } from '../presentation/texts/errorTexts';
import {
  BACK,
  type InputQuestion,
  type PickManyQuestion,
  type PickQuestion,
  type Place,
  type Remark,
  type WizardUi,
} from '../wizard/ui';
import { buttons, nameOf, OpenQuestion, TYPING_PAUSE, type Where } from './input/openQuestion';
import { loadRows, preparedList, reloadRow } from './input/rows';
import { askSearch } from './input/search';

/** Asks with the editor's quick input. `where` names the environment in reasons a list could not be loaded for. */
export function quickInputUi(where: Where): WizardUi {
  return {
    input: (place, question, signal) => askText(place, question, signal, where),
    pick: (place, question, signal) => askPick(place, question, signal, where),
    pickMany: (place, question, signal) => askPickMany(place, question, signal, where),
    search: (place, question, signal) => askSearch(place, question, signal, where),
  };
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
