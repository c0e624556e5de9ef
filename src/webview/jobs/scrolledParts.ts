import type { ScrollPlaces, Tops } from '../keptScroll';
import type { ShownPage } from './shownPage';
import type { PageState } from './state';

/** What scrolls beside the rows. In a narrow panel it is the page as a whole. */
const PARTS = { page: 'html', report: '.report', groups: '.groups', job: 'aside', message: 'aside pre' };
type Part = keyof typeof PARTS;

/** The names of the parts of a page; those of a job have its id in them, so that another job is none of them. */
export function scrolledParts(page: Pick<ShownPage, 'state' | 'keep'>): ScrollPlaces {
  const called = (part: Part): string | undefined => {
    if (part !== 'job' && part !== 'message') return part;
    const id = page.state?.details?.id;
    return id === undefined ? undefined : `${part} ${id}`;
  };
  const parts = Object.keys(PARTS).filter((part): part is Part => part in PARTS);
  return {
    nameOf: (element) => {
      const part = parts.find((each) => element.matches(PARTS[each]));
      return part === undefined ? undefined : called(part);
    },
    find: (name) => {
      const part = parts.find((each) => called(each) === name);
      return (part === undefined ? null : document.querySelector(PARTS[part])) ?? undefined;
    },
    wentTo: (name, top) => {
      const tops: Tops = page.state?.tops ?? {};
      // What is known of a job that is closed goes.
      const now = Object.entries(tops).filter(([each]) => parts.some((part) => called(part) === each));
      page.keep({ tops: { ...Object.fromEntries(now), [name]: top } });
    },
  };
}

/** Another job is read from its top. */
export function beginAtTop(before: PageState | undefined, now: PageState | undefined): void {
  if (now?.details === undefined || now.details.id === before?.details?.id) return;
  for (const part of [PARTS.job, PARTS.message]) document.querySelector(part)?.scrollTo({ top: 0 });
}
