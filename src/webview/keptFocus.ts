/**
 * After a question, a dialog or a key that goes from part to part, the editor gives the focus to the page as a whole. Here
 * it goes on to what had it before, so that the next key does what it did before.
 */
export function keepFocus(): void {
  let last: HTMLElement | undefined;
  document.addEventListener('focusin', ({ target }) => {
    if (target instanceof HTMLElement && target !== document.body) last = target;
  });
  // Who clicks beside all controls has left them.
  document.addEventListener('pointerdown', () => (last = undefined), { capture: true });
  window.addEventListener('focus', () => {
    if (document.activeElement !== null && document.activeElement !== document.body) return;
    const again = last?.isConnected === false ? document.getElementById(last.id) : last;
    again?.focus({ preventScroll: true });
  });
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
