import type { PickChoice, PickManyQuestion } from './ui';

/** A list is seen at a look up to this many rows. */
const AT_A_LOOK = 8;

/**
 * The choices of a question with those that are ticked at first on top, where there are more than can be seen at a look:
 * what is ticked out of sight would be written by somebody who never saw it. Otherwise their order stays.
 */
export async function tickedFirst<T>(
  { choices, isPicked }: Pick<PickManyQuestion<T>, 'choices' | 'isPicked'>,
  signal: AbortSignal,
): Promise<ReadonlyArray<PickChoice<T>>> {
  const all = typeof choices === 'function' ? await choices(signal) : choices;
  if (all.length <= AT_A_LOOK) return all;
  // What is ticked may be known only when the choices are.
  const ticked = all.filter(({ value }) => isPicked(value));
  return ticked.length === 0 ? all : [...ticked, ...all.filter(({ value }) => !isPicked(value))];
}
