/** What became of work on several things. */
export interface Tried<T, R> {
  readonly done: ReadonlyArray<{ readonly item: T; readonly value: R }>;
  readonly failed: ReadonlyArray<{ readonly item: T; readonly error: unknown }>;
}

/**
 * Does something to each of several things at once: one that fails keeps none of the others from being done.
 * Both lists are in the order of the things. Never throws.
 */
export async function tryAll<T, R>(
  items: readonly T[],
  act: (item: T) => R | Promise<R>,
): Promise<Tried<T, R>> {
  const done: Array<{ item: T; value: R }> = [];
  const failed: Array<{ item: T; error: unknown }> = [];
  const outcomes = await Promise.all(
    items.map(async (item) => {
      try {
        const value = await act(item);
        return () => done.push({ item, value });
      } catch (error) {
        return () => failed.push({ item, error });
      }
    }),
  );
  for (const keep of outcomes) keep();
  return { done, failed };
}
