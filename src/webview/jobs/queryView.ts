import { html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { PageState } from './state';
import type { PageActions } from './view';

/** The query that is run, to be read and changed. */
export function querySection(state: PageState, actions: PageActions): TemplateResult {
  const { texts, panel } = state;
  const running = state.run.phase === 'running';
  // A button that is off keeps the focus of the person who has just pressed it, hence aria-disabled.
  return html`
    <section class="query" aria-label=${texts.query}>
      <div class="bar">
        <label for="language">${texts.language}</label>
        <select
          id="language"
          .value=${live(panel.language)}
          @change=${(event: Event) => actions.chooseLanguage(valueOf(event))}
        >
          <option value="fetchXml" ?selected=${panel.language === 'fetchXml'}>${texts.fetchXml}</option>
          <option value="webApi" ?selected=${panel.language === 'webApi'}>${texts.webApi}</option>
        </select>
        <button id="run" class="primary" aria-disabled=${running} @click=${() => actions.run()}>
          ${texts.run}
        </button>
        <button id="cancel" aria-disabled=${!running} @click=${() => actions.cancel()}>
          ${texts.cancel}
        </button>
        <button id="copyQuery" @click=${() => actions.copy(panel.queries[panel.language])}>
          ${texts.copyQuery}
        </button>
      </div>
      <textarea
        id="query"
        aria-label=${texts.query}
        spellcheck="false"
        rows="6"
        .value=${live(panel.queries[panel.language])}
        @input=${(event: Event) => actions.edit(valueOf(event))}
        @keydown=${(event: KeyboardEvent) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            actions.run();
          }
        }}
      ></textarea>
    </section>
  `;
}

function valueOf(event: Event): string {
  const { target } = event;
  return target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement ? target.value : '';
}
