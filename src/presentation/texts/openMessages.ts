/** The message boxes that are on screen: what one of them says already is not said again (docs/ux.md, point 30). */
export class OpenMessages {
  readonly #open = new Set<string>();

  /**
   * Shows a message unless it is on screen already.
   * @param show resolves when the box is gone
   * @returns what `show` gave, or undefined where the message is there already
   */
  async once<T>(message: string, show: () => Promise<T>): Promise<T | undefined> {
    if (this.#open.has(message)) return undefined;
    this.#open.add(message);
    try {
      return await show();
    } finally {
      this.#open.delete(message);
    }
  }
}
