/** How the places of a page are called, so that the focus finds its own again in a page that was built anew. */
export interface FocusPlaces {
  /** The name of what has the focus; undefined for what could not be found again. */
  nameOf(element: HTMLElement): string | undefined;
  /** What has the name now, if it is there. */
  find(name: string): HTMLElement | undefined;
  /** Hears where the focus went; undefined when it has left everything. */
  wentTo(name: string | undefined): void;
}

/**
 * After a question, a dialog or a key that goes from part to part, the editor gives the focus to the page as a whole. Here
 * it goes on to what had it before, so that the next key does what it did before.
 * @returns brings the focus back to a place of the page that was here before this one: at once, or by a later call without
 * a name, when the place is there. A page that is not in use takes no focus, and neither does one whose reader is elsewhere
 * by then.
 */
export function keepFocus(places?: FocusPlaces): (name?: string) => void {
  let last: HTMLElement | undefined;
  let sought: string | undefined;
  const seek = (): void => {
    if (sought === undefined || !document.hasFocus() || !isWithBody()) return;
    places?.find(sought)?.focus({ preventScroll: true });
  };
  document.addEventListener('focusin', ({ target }) => {
    if (!(target instanceof HTMLElement) || target === document.body) return;
    last = target;
    sought = undefined;
    places?.wentTo(places.nameOf(target));
  });
  // Who clicks beside all controls has left them.
  const leave = (): void => {
    last = undefined;
    sought = undefined;
    places?.wentTo(undefined);
  };
  document.addEventListener('pointerdown', leave, { capture: true });
  window.addEventListener('focus', () => {
    if (!isWithBody()) return;
    const again = last?.isConnected === false ? document.getElementById(last.id) : last;
    if (again === undefined || again === null) seek();
    else again.focus({ preventScroll: true });
  });
  return (name) => {
    sought = name ?? sought;
    seek();
  };
}

function isWithBody(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}

/** Calls when Escape is pressed outside of fields: there it belongs to the field. */
export function onEscape(act: () => void): void {
  document.addEventListener('keydown', ({ key, target }) => {
    const inField =
      target instanceof HTMLTextAreaElement ||
      target instanceof HTMLInputElement ||
      target instanceof HTMLSelectElement;
    if (key === 'Escape' && !inField) act();
  });
}
