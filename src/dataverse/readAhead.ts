import type { Page } from './webApi';

/**
 * The same pages, but the next one is on its way while a page is worked on: for who wants all of them. One page more than
 * without it is in memory. What went wrong with a page is told when it is asked for.
 */
export async function* readAhead(pages: AsyncIterable<Page>): AsyncGenerator<Page, void, undefined> {
  const iterator = pages[Symbol.asyncIterator]();
  const ask = (): Promise<IteratorResult<Page>> => {
    const asked = iterator.next();
    // It may fail before anybody asks for it.
    asked.catch(() => undefined);
    return asked;
  };
  let next = ask();
  try {
    for (let page = await next; page.done !== true; page = await next) {
      next = ask();
      // Working on a page takes no pause in which the request could leave. Behind the last page there is none.
      if (page.value.more) await new Promise((resolve) => setImmediate(resolve));
      yield page.value;
    }
  } finally {
    await iterator.return?.();
  }
}
