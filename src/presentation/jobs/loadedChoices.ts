import { isCancellation } from '../../base/errors';
import type { Choices, ToldNames } from '../../protocol/jobs';
import { toldNames } from './choices';

const NONE: Choices = { webhooks: [], steps: [] };

/** The webhooks and steps to choose from; none until they are loaded, and where they cannot be. */
export class LoadedChoices {
  readonly #load: () => Promise<Choices>;
  readonly #onFailure: (error: unknown) => void;
  #now = NONE;
  #told = toldNames(NONE);

  constructor(load: () => Promise<Choices>, onFailure: (error: unknown) => void) {
    this.#load = load;
    this.#onFailure = onFailure;
  }

  get now(): Choices {
    return this.#now;
  }

  /** How webhooks and steps of one name are told apart, by the ids of steps. */
  get told(): ReadonlyMap<string, ToldNames> {
    return this.#told;
  }

  /** Never rejects. @returns whether they are there now */
  async load(): Promise<boolean> {
    try {
      this.#now = await this.#load();
      this.#told = toldNames(this.#now);
      return true;
    } catch (error) {
      if (!isCancellation(error)) this.#onFailure(error);
      return false;
    }
  }
}
