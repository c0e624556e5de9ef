import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import type { JobDetails } from '../../protocol/jobs';
import type { PageActions } from './actions';
import { actionsBar } from './actionsView';
import { failuresSection } from './failuresView';
import { filterPart } from './filterView';
import { fold } from './foldView';
import { gridTable } from './gridView';
import { querySection } from './queryView';
import type { Sight } from './sight';
import { tracesFold } from './tracesView';
import { isBusy, type PageState } from './state';
import { aroundRows, type AroundRows } from './aroundRows';

export type { PageActions } from './actions';

const around = aroundRows();

/**
 * The whole page, the answer first. All texts of strangers go in as text nodes and attribute values, never as markup. Only
 * the rows of the grid depend on what is in sight: scrolling leaves everything else alone.
 */
export function page(whole: PageState, sight: Sight, actions: PageActions): TemplateResult {
  const state = around(whole);
  return html`
    <div class=${isBusy(state) ? 'progress busy' : 'progress'} aria-hidden="true"></div>
    <header>
      <h1 dir="auto">${state.title}</h1>
      ${guard([state], () => toolbar(state, actions))}
    </header>
    <main class=${state.details === undefined ? 'one' : 'two'}>
      <div class="report">
        ${guard([state], () => parts(state, actions))} ${results(whole, state, sight, actions)}
      </div>
      ${guard([state], () => (state.details === undefined ? nothing : details(state.details, state, actions)))}
    </main>
  `;
}

/** What stands above the rows. */
function parts(state: AroundRows, actions: PageActions): TemplateResult {
  const { texts } = state;
  return html`
    ${filterPart(state, actions)}
    ${
      state.failures === undefined
        ? nothing
        : fold(
            { id: 'failures', label: texts.failures, hint: state.failures.summary, openAtFirst: true },
            failuresSection(state.failures, state, actions),
            state,
            actions,
          )
    }
    ${tracesFold(state, actions)}
    ${fold(
      {
        id: 'queryFold',
        label: texts.query,
        hint: queryHint(state),
        openAtFirst: state.panel.about === 'query',
      },
      querySection(state, actions),
      state,
      actions,
    )}
  `;
}

function toolbar(state: AroundRows, actions: PageActions): TemplateResult {
  const { texts, watch } = state;
  return html`
    <div class="bar" role="group" aria-label=${texts.report}>
      <button id="refresh" @click=${() => actions.refresh()}>${texts.refresh}</button>
      <button id="watch" aria-pressed=${watch.on} @click=${() => actions.watch(!watch.on)}>
        ${texts.watch}
      </button>
    </div>
  `;
}

function queryHint({ panel, texts }: AroundRows): string {
  const language = panel.language === 'fetchXml' ? texts.fetchXml : texts.webApi;
  return panel.handWritten === true ? `${language} · ${texts.changedByHand}` : language;
}

function results(whole: PageState, state: AroundRows, sight: Sight, actions: PageActions): TemplateResult {
  const { texts, extent, run } = state;
  return html`
    <section class="results" aria-label=${texts.results} aria-busy=${run.phase === 'running'}>
      ${guard([state], () => resultsHead(state, actions))}
      ${extent.count === 0 ? nothing : gridTable(whole, sight, actions)}
    </section>
  `;
}

function resultsHead(state: AroundRows, actions: PageActions): TemplateResult {
  const { texts, run, watch } = state;
  const failed = run.phase === 'failed';
  // Both live regions are always there: one that comes together with its text is not read out everywhere.
  return html`
    <div class="line">
      <p class="status" role="status" aria-live=${state.telling.hushed ? 'off' : 'polite'}>
        ${failed ? '' : run.text}${run.before === undefined || run.phase === 'running' ? nothing : html` <span class="before">${run.before}</span>`}${watch.news === undefined ? nothing : html` <span class="news" title=${watch.news.title ?? nothing}>${watch.news.text}</span>`}
      </p>
      ${run.phase === 'running' ? ending(state, actions) : pages(state, actions)} ${exports(state, actions)}
    </div>
    <div role="alert">${failed ? html`<p class="error" dir="auto">${run.text}</p>` : nothing}</div>
    ${
      run.otherTimes === undefined
        ? nothing
        : html`<div class="bar">
            <p class="none" id="otherTimes" dir="auto">${run.otherTimes}</p>
            <button id="allTimes" @click=${() => actions.allTimes()}>${texts.allTimes}</button>
          </div>`
    }
    ${
      run.next === undefined
        ? nothing
        : html`<div class="bar">
            <button id="goOn" @click=${() => actions.goOn()}>${texts.next[run.next]}</button>
          </div>`
    }
    ${actionsBar(state, actions)}
  `;
}

/** A run can be ended where it is told, also while the query is folded away. */
function ending({ texts }: AroundRows, actions: PageActions): TemplateResult {
  return html`<button id="endRun" class="link" @click=${() => actions.cancel()}>${texts.cancel}</button>`;
}

function pages({ texts, extent }: AroundRows, actions: PageActions): unknown {
  return extent.more
    ? html`<button id="more" class="link" @click=${() => actions.more()}>${texts.loadMore}</button>
        <button id="all" class="link" @click=${() => actions.all()}>${texts.loadAll}</button>`
    : nothing;
}

function exports({ texts, extent, run }: AroundRows, actions: PageActions): unknown {
  // What is exported is the query that was run, and these are not its rows.
  return extent.count === 0 || run.before !== undefined
    ? nothing
    : (['csv', 'json', 'markdown'] as const).map(
        (format) =>
          html`<button id=${`export-${format}`} class="link" @click=${() => actions.export(format)}>
            ${texts.exports[format]}
          </button>`,
      );
}

function details(job: JobDetails, state: AroundRows, actions: PageActions): TemplateResult {
  const { texts } = state;
  return html`
    <aside aria-label=${texts.details} aria-busy=${state.opening !== undefined}>
      <div class="bar">
        <h2 id="details" tabindex="-1" dir="auto">${job.heading}</h2>
        <button id="close" @click=${() => actions.close()}>${texts.close}</button>
      </div>
      <h3>${texts.cause}</h3>
      <p class="cause" dir="auto">${job.cause}</p>
      <h3>${texts.remedy}</h3>
      ${job.remedy === '' ? nothing : html`<p class="remedy" dir="auto">${job.remedy}</p>`}
      ${remedies(job, texts, actions)}
      <dl>
        ${job.lines.map(
          (line) =>
            html`<div>
              <dt>${line.label}</dt>
              <dd title=${line.title ?? nothing} dir="auto">
                ${line.value}${linkOf(line, job, texts, actions)}
              </dd>
            </div>`,
        )}
      </dl>
      <div class="bar">
        <h3>${texts.message}</h3>
        ${
          job.message === ''
            ? nothing
            : html`<button id="copyMessage" @click=${() => actions.copy(job.message)}>
                ${texts.copyMessage}
              </button>`
        }
      </div>
      ${
        job.message === ''
          ? html`<p class="none">${texts.noMessage}</p>`
          : html`<pre tabindex="0" role="group" dir="auto" aria-label=${texts.message}>${job.message}</pre>`
      }
    </aside>
  `;
}

/** The button behind a fact that leads somewhere. */
function linkOf(
  { link, label }: JobDetails['lines'][number],
  job: JobDetails,
  texts: AroundRows['texts'],
  actions: PageActions,
): TemplateResult | typeof nothing {
  if (link === undefined) return nothing;
  const text = texts.links[link];
  return html` <button
    class="link"
    id=${`link-${link}`}
    aria-label=${`${text}: ${label}`}
    @click=${() => actions.follow(job.id, link)}
  >
    ${text}
  </button>`;
}

/** What can be done about the job; what cannot says why. */
function remedies(
  job: JobDetails,
  texts: AroundRows['texts'],
  actions: PageActions,
): TemplateResult | typeof nothing {
  if (job.remedies.length === 0) return nothing;
  // A button that is off can be reached, so that its reason is read out.
  return html`
    ${job.remedies.length > 1 ? html`<p id="remedyIntro">${texts.remedyIntro}</p>` : nothing}
    <ul class="remedies">
      ${job.remedies.map(
        ({ remedy, can, hint }) =>
          html`<li>
            <button
              id=${remedy}
              aria-describedby=${`hint-${remedy}`}
              aria-disabled=${can ? nothing : 'true'}
              @click=${() => (can ? actions.remedy(job.id, remedy) : undefined)}
            >
              ${texts.remedies[remedy]}
            </button>
            <span id=${`hint-${remedy}`} class="none" dir="auto">${hint}</span>
          </li>`,
      )}
    </ul>
  `;
}
