import * as vscode from 'vscode';
import { systemClock } from '../base/clock';
import { isCancellation } from '../base/errors';
import { promptLine } from '../presentation/texts/plainText';
import { reasonText } from '../presentation/texts/errorTexts';
import {
  BACK,
  type InputQuestion,
  type PickChoice,
  type PickManyQuestion,
  type PickQuestion,
  type Place,
  type Remark,
  type WizardUi,
} from '../wizard/ui';
import { tickedFirst } from '../wizard/tickedFirst';
import { TextCheck } from '../wizard/textCheck';
import { buttons, nameOf, OpenQuestion, type Where } from './input/openQuestion';
import { loadRows, preparedList, reloadRow, type Row } from './input/rows';
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
  input.prompt = promptLine(question.prompt);
  input.value = question.value;
  input.password = question.password ?? false;
  if (question.placeholder !== undefined) input.placeholder = question.placeholder;
  const show = (remark: Remark | undefined): void => {
    input.validationMessage = remark === undefined ? undefined : validationMessage(remark);
  };
  const checker = new TextCheck(
    question,
    { text: () => input.value, show, closed: open.signal },
    systemClock,
  );
  open.store.add(input.onDidChangeValue(() => checker.typed()));
  open.store.add(input.onDidTriggerButton(() => open.settle(BACK)));
  open.store.add(input.onDidAccept(() => void acceptText({ input, show, checker }, question, open, where)));
  // An empty box is no mistake yet; what is prefilled is looked at.
  if (question.value !== '') checker.typed();
  input.show();
  return open.answer;
}

interface CheckedInput {
  readonly input: vscode.InputBox;
  readonly show: (remark: Remark | undefined) => void;
  readonly checker: TextCheck;
}

async function acceptText(
  { input, show, checker }: CheckedInput,
  question: InputQuestion,
  open: OpenQuestion<string>,
  where: Where,
): Promise<void> {
  if (!input.enabled) return;
  const text = input.value;
  input.busy = true;
  input.enabled = false;
  try {
    if (await checker.refuses(text)) return;
    const remark = await question.prepare?.(text, open.signal);
    if (remark?.severity === 'error') show(remark);
    else open.settle(text);
  } catch (error) {
    if (!isCancellation(error)) show({ severity: 'error', text: reasonText(error, nameOf(where)).message });
  } finally {
    if (!open.store.disposed) {
      input.busy = false;
      input.enabled = true;
    }
  }
}

function validationMessage(remark: Remark): vscode.InputBoxValidationMessage {
  const severities = {
    error: vscode.InputBoxValidationSeverity.Error,
    warning: vscode.InputBoxValidationSeverity.Warning,
    info: vscode.InputBoxValidationSeverity.Info,
  };
  return { message: promptLine(remark.text), severity: severities[remark.severity] };
}

function askPick<T>(
  place: Place,
  question: PickQuestion<T>,
  signal: AbortSignal,
  where: Where,
): Promise<T | typeof BACK> {
  const list = preparedList<T>(place, question.placeholder);
  const open = new OpenQuestion<T>(list, place, signal);
  let shown: ReadonlyArray<Row<T>> = [];
  // The choice whose preparation failed: a retry goes on with it.
  let pending: PickChoice<T> | undefined;
  const load = async (): Promise<void> => {
    const { loaded, rows } = await loadRows(list, question.choices, open.signal, where);
    if (open.signal.aborted) return;
    open.unanswerable = !loaded;
    shown = rows;
    list.items = rows;
    const current = rows.find((row) => row.choice !== undefined && question.isCurrent?.(row.choice.value));
    if (current !== undefined) list.activeItems = [current];
  };
  const accept = async (): Promise<void> => {
    const row = list.selectedItems[0];
    const choice = row?.reload === true ? pending : row?.choice;
    if (row?.reload === true && choice === undefined) return load();
    if (choice === undefined || list.busy) return;
    list.busy = true;
    try {
      await question.prepare?.(choice.value, open.signal);
      open.settle(choice.value);
    } catch (error) {
      if (isCancellation(error) || open.signal.aborted) return;
      list.busy = false;
      open.unanswerable = true;
      pending = choice;
      const offer = reloadRow<T>(error, where);
      list.items = [offer, ...shown];
      list.activeItems = [offer];
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
    const result = await loadRows(list, (stop) => tickedFirst(question, stop), open.signal, where);
    if (open.signal.aborted) return;
    ({ loaded } = result);
    open.unanswerable = !loaded;
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
