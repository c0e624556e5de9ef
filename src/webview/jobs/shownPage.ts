import { render } from 'lit';
import { FromJobsPage, type Bookmark } from '../../protocol/jobs';
import type { PageActions } from './actions';
import { bringIntoSight, cellElement, isInSight, putOnTop, sightNow, topRow } from './gridRoom';
import { missingWindows, WINDOW_ROWS, type Sight } from './sight';
import { kept, placeOf, scrolledOn, type Outgoing, type PageState } from './state';
import { page } from './view';

/** Rows before the end at which the next page is asked for. */
const NEAR_END = 30;
/** Milliseconds of rest after which the extension hears how far was scrolled. */
const SCROLL_PAUSE = 200;

/** What the editor gives a page. */
type EditorHost = Pick<ReturnType<typeof acquireVsCodeApi>, 'postMessage' | 'setState'>;

/** The state that is on screen: draws it, asks for the rows that it lacks, and leaves with the editor what is kept. */
export class ShownPage {
  readonly #host: EditorHost;
  readonly #actions: () => PageActions;
  #state: PageState | undefined;
  #sight: Sight = { from: 0, to: 0 };
  /** Beginnings of the windows of rows that were asked for and are not here yet. */
  readonly #asked = new Set<number>();
  #frame = 0;
  #placeTimer = 0;

  /** @param actions what its controls do; they are made for this page, so they come after it */
  constructor(host: EditorHost, actions: () => PageActions) {
    this.#host = host;
    this.#actions = actions;
  }

  /** Undefined until the extension has told what to show. */
  get state(): PageState | undefined {
    return this.#state;
  }

  /** Sends the extension a message. */
  send(...[key, params]: Outgoing): void {
    this.#host.postMessage({ method: FromJobsPage[key].method, params });
  }

  /** @param told by the extension, which knows then where the reader is */
  show(next: PageState | undefined, told = false): void {
    const before = this.#state;
    this.#state = next;
    if (next === undefined) return;
    const { count } = next.extent;
    this.#sight = sightNow(count);
    this.#draw();
    // With other parts around it, the grid may have another height now.
    const now = sightNow(count);
    if (now.from < this.#sight.from || now.to > this.#sight.to) {
      this.#sight = now;
      this.#draw();
    }
    this.#askForRows(next);
    // The state brings the panel back after the window was reloaded, so it is kept when it has changed.
    if (before?.panel !== next.panel || before.layout !== next.layout) this.#host.setState(kept(next));
    // The extension keeps the place over a refresh and a reload, also where nothing is selected.
    const isElsewhere = before?.selected !== next.selected || before.active !== next.active;
    if (!told && before !== undefined && isElsewhere) this.sendPlace();
  }

  /** Draws the state once more: there is another height for it. */
  again(): void {
    this.show(this.#state);
  }

  /** Takes a change that nothing on screen depends on. */
  change(next: PageState): void {
    this.#state = next;
  }

  /** Kept, and nothing else: it changes with every key, and shows nowhere. */
  keep(changed: { readonly bookmark: Bookmark } | Pick<PageState, 'focus'> | Pick<PageState, 'tops'>): void {
    if (this.#state === undefined) return;
    this.#state = { ...this.#state, ...changed };
    this.#host.setState(kept(this.#state));
  }

  /** Rows that come while somebody scrolls change no height, so nothing is measured for them. */
  fill(from: number, next: PageState | undefined): void {
    this.#asked.delete(from);
    if (next === undefined || next === this.#state) return;
    this.#state = next;
    this.#draw();
    this.#askForRows(next);
  }

  /** Other rows have come: all that were asked for are of before. */
  forgetAsked(): void {
    this.#asked.clear();
  }

  /** Scrolls until a row is on top. */
  putOnTop(row: number): void {
    putOnTop(row);
    this.again();
  }

  scrolled(): void {
    // Many events, one picture.
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#onScroll());
  }

  sendPlace(): void {
    const now = this.#state;
    if (now !== undefined) this.send('place', { version: now.extent.version, place: placeOf(now, topRow()) });
  }

  /** The cell that the keys of the grid start from. */
  get activeCell(): HTMLElement | undefined {
    return this.#state && cellElement(this.#state.active.row, this.#state.active.column);
  }

  get isActiveInSight(): boolean {
    return this.#state !== undefined && isInSight(this.#state.active.row);
  }

  /** Gives the active cell the focus, and scrolls to it. */
  focusCell(): void {
    const now = this.#state;
    if (now === undefined) return;
    bringIntoSight(now.active.row);
    this.#sight = sightNow(now.extent.count);
    this.#draw();
    this.#askForRows(now);
    // The scroll is right already; the browser's own would show the row under the headings.
    this.activeCell?.focus({ preventScroll: now.active.row >= 0 });
  }

  #draw(): void {
    const root = document.getElementById('root');
    if (this.#state === undefined || root === null) return;
    render(page(this.#state, this.#sight, this.#actions()), root);
  }

  #askForRows({ rows, extent }: PageState): void {
    for (const from of missingWindows(this.#sight, (position) => rows.has(position), this.#asked)) {
      this.#asked.add(from);
      this.send('window', { version: extent.version, from, count: WINDOW_ROWS });
    }
  }

  #onScroll(): void {
    this.#frame = 0;
    const now = this.#state;
    if (now === undefined) return;
    const { count, more } = now.extent;
    this.#sight = sightNow(count);
    this.#draw();
    this.#askForRows(now);
    if (more && now.run.phase === 'done' && this.#sight.to >= count - NEAR_END && topRow() > 0) {
      this.#state = scrolledOn(now);
      this.send('more', {});
    }
    clearTimeout(this.#placeTimer);
    this.#placeTimer = window.setTimeout(() => this.sendPlace(), SCROLL_PAUSE);
  }
}
