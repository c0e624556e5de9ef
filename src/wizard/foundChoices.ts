import type { PickChoice } from './ui';

/** A choice in its place, and whether the list must show it although its texts do not hold what is typed. */
export interface PlacedChoice<T> {
  readonly choice: PickChoice<T>;
  readonly alwaysShow: boolean;
}

/**
 * What a search at the service has found so far. A choice keeps its place for as long as the list is open: the editor
 * reports a click by the place that was clicked, and the report may come when a newer answer is in the list already.
 * With other choices in the old places the click would be lost, or, worse, choose somebody else.
 *
 * The choices of earlier answers stay, and the list's own filter hides those that do not hold the text; so what is
 * known is found at once, before the service has answered.
 */
export class FoundChoices<T> {
  readonly #idOf: (value: T) => string;
  #places: ReadonlyArray<PlacedChoice<T>> = [];

  /** @param idOf tells two choices apart; equal ids are the same choice */
  constructor(idOf: (value: T) => string) {
    this.#idOf = idOf;
  }

  /** All that was found, in the order in which it came. An entry is replaced only where it has changed. */
  get places(): ReadonlyArray<PlacedChoice<T>> {
    return this.#places;
  }

  /** Takes an answer in. False when the list need not change. */
  take(text: string, found: ReadonlyArray<PickChoice<T>>): boolean {
    const before = this.#places;
    const byId = new Map(found.map((choice) => [this.#idOf(choice.value), choice]));
    const kept = before.map((place): PlacedChoice<T> => {
      const choice = byId.get(this.#idOf(place.choice.value));
      byId.delete(this.#idOf(place.choice.value));
      const alwaysShow = choice !== undefined && !holds(place.choice, text);
      return alwaysShow === place.alwaysShow ? place : { ...place, alwaysShow };
    });
    const added = [...byId.values()].map((choice) => ({ choice, alwaysShow: !holds(choice, text) }));
    const changed = added.length > 0 || kept.some((place, index) => place !== before[index]);
    if (changed) this.#places = [...kept, ...added];
    return changed;
  }
}

/** Whether the list's own filter finds the choice: it looks at label, description and detail, and not at case. */
function holds<T>({ label, description, detail }: PickChoice<T>, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  return [label, description, detail].some((shown) => shown?.toLowerCase().includes(wanted) === true);
}
