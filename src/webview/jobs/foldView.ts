import { html, type TemplateResult } from 'lit';
import type { PageActions } from './actions';
import type { AroundRows } from './aroundRows';

export interface Fold {
  readonly id: string;
  readonly label: string;
  /** What is inside in a few words, for who leaves it folded. */
  readonly hint: string;
  readonly openAtFirst: boolean;
}

/** A part of the page that can be folded; how it was left is remembered. */
export function fold(
  { id, label, hint, openAtFirst }: Fold,
  content: TemplateResult,
  state: AroundRows,
  actions: PageActions,
): TemplateResult {
  // What is remembered are the parts that are not as they were at first.
  const open = state.layout.changed.includes(id) !== openAtFirst;
  return html`
    <details
      class="fold"
      id=${id}
      .open=${open}
      @toggle=${(event: Event) => {
        const { target } = event;
        if (target instanceof HTMLDetailsElement && target.open !== open)
          actions.fold(id, target.open !== openAtFirst);
      }}
    >
      <summary id=${`${id}Head`}>
        <span class="label">${label}</span> <span class="hint" dir="auto">${hint}</span>
      </summary>
      ${content}
    </details>
  `;
}
