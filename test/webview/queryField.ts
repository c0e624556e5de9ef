import { showing } from './fixtures';
import type { JobsPage, OpenOptions } from './jobsPage';

/** A page with its query unfolded, which has sent nothing yet that a test would count. */
export async function openQuery(pages: {
  open(options?: OpenOptions): Promise<JobsPage>;
}): Promise<JobsPage> {
  const jobs = await pages.open();
  await jobs.show(showing());
  await jobs.unfoldQuery();
  await jobs.posted();
  return jobs;
}

/** What is selected in the field of the query: a text, and where it begins. */
export function selectedIn({ page }: JobsPage): Promise<{ readonly text: string; readonly start: number }> {
  return page.locator('#query').evaluate((field) => {
    if (!(field instanceof HTMLTextAreaElement)) throw new Error('The query has no field.');
    const { value, selectionStart: start, selectionEnd: end } = field;
    return { text: value.slice(start, end), start };
  });
}

/** Selects a part of the query, or puts the caret into it. */
export async function select({ page }: JobsPage, start: number, end = start): Promise<void> {
  await page.locator('#query').evaluate(
    (field, [from, to]) => {
      if (field instanceof HTMLTextAreaElement) field.setSelectionRange(from, to);
    },
    [start, end] as const,
  );
}
