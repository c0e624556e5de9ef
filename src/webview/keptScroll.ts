/** How far parts of a page are scrolled, in pixels, by their names. */
export type Tops = Readonly<Record<string, number>>;

/** How the parts of a page that scroll are called, so that they can be scrolled again in a page that was built anew. */
export interface ScrollPlaces {
  /** The name of a part; undefined for one whose place is kept elsewhere. The page as a whole is its `html`. */
  nameOf(part: Element): string | undefined;
  /** The part that has the name now, if it is there. */
  find(name: string): Element | undefined;
  /** Hears of a part that was scrolled, when it has come to rest. */
  wentTo(name: string, top: number): void;
}

/** Milliseconds without a scroll after which it is told. */
const REST = 150;

/**
 * Keeps how far the parts of a page are scrolled.
 * @returns scrolls a page that was built anew as the one before it was: at once, or by later calls without tops, as the parts
 * come and are long enough. Whoever scrolls, clicks or presses a key by then has gone on, and is left alone.
 */
export function keepScroll(places: ScrollPlaces): (tops?: Tops) => void {
  const sought = new Map<string, number>();
  const scrolled = new Map<string, Element>();
  let timer = 0;
  const tell = (): void => {
    for (const [name, part] of scrolled) places.wentTo(name, part.scrollTop);
    scrolled.clear();
  };
  const onScroll = ({ target }: Event): void => {
    const part = target instanceof Document ? target.documentElement : target;
    const name = part instanceof Element ? places.nameOf(part) : undefined;
    // A part that is too short still is scrolled for the reader, who has not been there.
    if (!(part instanceof Element) || name === undefined || sought.has(name)) return;
    scrolled.set(name, part);
    window.clearTimeout(timer);
    timer = window.setTimeout(tell, REST);
  };
  document.addEventListener('scroll', onScroll, { capture: true, passive: true });
  // Who goes elsewhere may never come back to this page.
  window.addEventListener('blur', tell);
  for (const act of ['wheel', 'pointerdown', 'keydown'] as const)
    document.addEventListener(act, () => sought.clear(), { capture: true, passive: true });
  return (tops = {}) => {
    for (const [name, top] of Object.entries(tops)) sought.set(name, top);
    for (const [name, top] of sought) {
      const part = places.find(name);
      if (part === undefined) continue;
      part.scrollTop = top;
      if (Math.abs(part.scrollTop - top) <= 1) sought.delete(name);
    }
  };
}
