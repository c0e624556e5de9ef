import { html, nothing, type TemplateResult } from 'lit';
import type { JobsTexts } from '../../protocol/jobs';
import type { QuerySuggestion } from '../../protocol/queries';
import { numberText } from '../numbers';

/** The strings of the list. */
export type SuggestTexts = Pick<JobsTexts, 'suggestions' | 'suggestLoading' | 'suggestNone' | 'suggestMore'>;

/** Suggestions that are in the page; who looks for another one types on. */
export const MOST_SUGGESTED = 300;

/** The id of the element of a suggestion. */
export function optionId(at: number): string {
  return `suggestion${at}`;
}

/** The list below the caret. Names and labels are texts of strangers, and stay text. */
export function suggestionList(
  {
    items,
    at,
    note,
  }: {
    readonly items: readonly QuerySuggestion[];
    readonly at: number;
    readonly note: string | undefined;
  },
  texts: SuggestTexts,
  choose: (at: number) => void,
): TemplateResult {
  const more = items.length - MOST_SUGGESTED;
  return html`
    <ul
      id="suggestions"
      role="listbox"
      aria-label=${texts.suggestions}
      ?hidden=${items.length === 0}
      @pointerdown=${(event: Event) => event.preventDefault()}
      @mousedown=${(event: Event) => event.preventDefault()}
    >
      ${items
        .slice(0, MOST_SUGGESTED)
        .map(
          ({ label, detail }, index) =>
            html`<li
              id=${optionId(index)}
              role="option"
              aria-selected=${index === at}
              aria-setsize=${items.length}
              aria-posinset=${index + 1}
              @click=${() => choose(index)}
            >
              <span class="label">${label}</span
              >${detail === undefined ? nothing : html` <span class="detail" dir="auto">${detail}</span>`}
            </li>`,
        )}
    </ul>
    ${more > 0 ? html`<p class="note">${texts.suggestMore.replace('{count}', numberText(more))}</p>` : nothing}
    ${note === undefined ? nothing : html`<p class="note" aria-hidden="true" dir="auto">${note}</p>`}
  `;
}
