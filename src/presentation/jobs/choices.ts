import type { Choices, ToldNames } from '../../protocol/jobs';
import { shownUrl } from '../texts/urlText';
import { stepNameUnder } from '../texts/webhookTexts';

/** A webhook as it can be chosen, with its steps. */
export interface ChoosableWebhook {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly steps: ReadonlyArray<{ readonly id: string; readonly name: string }>;
}

/**
 * The webhooks and steps to choose from, each told from the others: webhooks of one name by their addresses, steps of one
 * name by their webhooks. Names can be the same where they were registered by other tools.
 */
export function choicesOf(webhooks: readonly ChoosableWebhook[]): Choices {
  const named = told(
    webhooks,
    ({ name }) => name,
    ({ url, id }) => [hostOf(url), shownUrl(url), id],
    (name, mark) => `${name} (${mark})`,
  );
  const steps = webhooks.flatMap((webhook, at) =>
    webhook.steps.map((step) => ({
      ...step,
      webhookId: webhook.id,
      webhookName: webhook.name,
      webhook: named[at] ?? webhook.name,
    })),
  );
  const stepNames = told(
    steps,
    ({ name }) => name,
    ({ webhook, id }) => [webhook, `${webhook} ${id}`],
    (name, mark) => placeText(mark, name),
  );
  return {
    webhooks: webhooks.map(({ id, name }, at) => ({ id, name: named[at] ?? name })),
    steps: steps.map(({ id, name, webhookId, webhook, webhookName }, at) => {
      const stepName = stepNames[at] ?? name;
      const place = stepName === name ? placeText(webhook, name) : stepName;
      const told = place === placeText(webhookName, name) ? {} : { told: { webhook, place } };
      return { id, name: stepName, webhookId, ...told };
    }),
  };
}

/** Webhooks and steps that are told from others of the same names, by the ids of the steps. */
export function toldNames({ steps }: Choices): ReadonlyMap<string, ToldNames> {
  return new Map(steps.flatMap(({ id, told }) => (told === undefined ? [] : [[id, told] as const])));
}

/** A webhook and a step of it; without those that have no name. */
export function placeText(webhook: string, step: string): string {
  return [webhook, stepNameUnder(webhook, step)].filter((name) => name !== '').join(' › ');
}

/** The names, and behind those that are there more than once the first of the marks that only one of them has. */
function told<T>(
  all: readonly T[],
  nameOf: (one: T) => string,
  marksOf: (one: T) => readonly string[],
  marked: (name: string, mark: string) => string,
): readonly string[] {
  const names = countOf(all.map((one) => nameOf(one).toLowerCase()));
  const markOf = (one: T, mark: string, at: number): string =>
    `${nameOf(one).toLowerCase()}\u0000${at}${mark}`;
  const marks = countOf(all.flatMap((one) => marksOf(one).map((mark, at) => markOf(one, mark, at))));
  return all.map((one) => {
    const name = nameOf(one);
    if (names.get(name.toLowerCase()) === 1) return name;
    const telling = marksOf(one).find((mark, at) => marks.get(markOf(one, mark, at)) === 1);
    return marked(name, telling ?? marksOf(one).at(-1) ?? '');
  });
}

function countOf(texts: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : shownUrl(url);
}
