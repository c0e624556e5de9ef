import * as vscode from 'vscode';
import { FoundChoices, type PlacedChoice } from '../../wizard/foundChoices';
import { TYPING_PAUSE } from '../../wizard/textCheck';
import { BACK, type Place, type SearchQuestion } from '../../wizard/ui';
import { OpenQuestion, type Where } from './openQuestion';
import { preparedList, reloadRow, type Row, rowOf } from './rows';

/**
 * A list that the service searches: what is typed is asked for after a pause, and older answers are ignored. Every
 * row keeps its place while the list is open, see `FoundChoices`.
 */
export function askSearch<T>(
  place: Place,
  question: SearchQuestion<T>,
  signal: AbortSignal,
  where: Where,
): Promise<T | typeof BACK> {
  const list = preparedList<T>(place, question.placeholder);
  const open = new OpenQuestion<T>(list, place, signal);
  const search = new Search(list, question, where, (failed) => (open.unanswerable = failed));
  open.signal.addEventListener('abort', () => search.stop(), { once: true });
  open.store.add(list.onDidChangeValue((text) => search.ask(text, TYPING_PAUSE)));
  open.store.add(list.onDidTriggerButton(() => open.settle(BACK)));
  open.store.add(
    list.onDidAccept(() => {
      const row = list.selectedItems[0];
      if (row?.reload === true) search.ask(list.value, 0);
      else if (row?.choice !== undefined) open.settle(row.choice.value);
    }),
  );
  list.show();
  search.ask('', 0);
  return open.answer;
}

class Search<T> {
  readonly #list: vscode.QuickPick<Row<T>>;
  readonly #question: SearchQuestion<T>;
  readonly #where: Where;
  readonly #fixed: ReadonlyArray<Row<T>>;
  readonly #found: FoundChoices<T>;
  /** The row of each place; a place that has not changed has the same row, which the editor knows again. */
  readonly #rows = new Map<PlacedChoice<T>, Row<T>>();
  #running: AbortController | undefined;
  readonly #onShown: (failed: boolean) => void;
  #failed = false;

  constructor(
    list: vscode.QuickPick<Row<T>>,
    question: SearchQuestion<T>,
    where: Where,
    onShown: (failed: boolean) => void,
  ) {
    this.#list = list;
    this.#question = question;
    this.#where = where;
    this.#onShown = onShown;
    this.#fixed = question.fixed.map(rowOf);
    this.#found = new FoundChoices(question.idOf);
    list.items = this.#fixed;
  }

  /** Asks for a text after a pause in milliseconds, instead of what is being asked for. */
  ask(text: string, pause: number): void {
    this.stop();
    const run = new AbortController();
    this.#running = run;
    this.#list.busy = true;
    const timer = setTimeout(() => void this.#find(text, run.signal), pause);
    run.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  }

  stop(): void {
    this.#running?.abort();
  }

  async #find(text: string, stop: AbortSignal): Promise<void> {
    try {
      const choices = await this.#question.find(text, stop);
      if (stop.aborted) return;
      const first = this.#found.places.length === 0;
      if (this.#found.take(text, choices) || this.#failed) this.#show();
      if (first && text === '') this.#markCurrent();
    } catch (error) {
      if (stop.aborted) return;
      this.#show(reloadRow(error, this.#where));
    }
    this.#list.busy = false;
  }

  /** The name of the group and the offer to search again share one place, so that neither moves a choice. */
  #show(reload?: Row<T>): void {
    this.#failed = reload !== undefined;
    this.#onShown(this.#failed);
    const [active] = this.#list.activeItems;
    const heading: Row<T> = reload ?? {
      label: this.#question.foundGroup,
      kind: vscode.QuickPickItemKind.Separator,
    };
    const items = [...this.#fixed, heading, ...this.#found.places.map((place) => this.#rowOf(place))];
    this.#list.items = items;
    // New rows would move the mark to the first one, away from where somebody may be with the arrow keys.
    const same = items.find((row) => row.choice !== undefined && row.choice === active?.choice);
    if (same !== undefined) this.#list.activeItems = [same];
  }

  #markCurrent(): void {
    const current = this.#list.items.find(
      (row) => row.choice !== undefined && this.#question.isCurrent?.(row.choice.value),
    );
    if (current !== undefined) this.#list.activeItems = [current];
  }

  #rowOf(place: PlacedChoice<T>): Row<T> {
    const row = this.#rows.get(place) ?? { ...rowOf(place.choice), alwaysShow: place.alwaysShow };
    this.#rows.set(place, row);
    return row;
  }
}
