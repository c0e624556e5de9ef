import { html, nothing, svg, type TemplateResult } from 'lit';
import type { FailureGroup, Failures } from '../../protocol/jobs';
import type { PageActions } from './actions';
import { numberText } from '../numbers';
import type { AroundRows } from './aroundRows';

/** The answer before the rows: what failed how often, when, and where it is the same. */
export function failuresSection(failures: Failures, state: AroundRows, actions: PageActions): TemplateResult {
  const { texts } = state;
  return html`
    <section class="failures" aria-label=${texts.failures}>
      <div class="answer">
        ${chart(failures, state)}
        <ul class="groups">
          ${failures.groups.map((group) => groupItem(group, state, actions))}
        </ul>
      </div>
      ${
        failures.partial === undefined
          ? nothing
          : html`<div class="bar">
              <p class="partial" dir="auto">${failures.partial}</p>
              ${
                state.run.phase === 'running'
                  ? nothing
                  : html`<button id="groupAll" @click=${() => actions.all()}>${state.texts.groupAll}</button>`
              }
            </div>`
      }
      ${
        state.group === undefined
          ? nothing
          : html`<div class="bar">
              <button id="showAll" @click=${() => actions.chooseGroup(undefined)}>${texts.showAll}</button>
              <button id="openExample" @click=${() => actions.openExample()}>${texts.openExample}</button>
            </div>`
      }
    </section>
  `;
}

/** Units of the drawing; it is stretched to the room there is. */
const WIDTH = 300;
const HEIGHT = 60;

/** Bars for the eye, and the same figures as a table for who does not see them. */
function chart(failures: Failures, state: AroundRows): TemplateResult {
  const { bars } = failures;
  const most = Math.max(1, ...bars.map((bar) => bar.count));
  const step = WIDTH / Math.max(1, bars.length);
  const { texts } = state;
  return html`
    <figure aria-label=${texts.overTime}>
      <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
        ${bars.map((bar, at) => {
          // Even one failure among thousands is a bar that can be seen.
          const height = bar.count === 0 ? 0 : Math.max(2, (bar.count / most) * HEIGHT);
          return svg`<rect x=${at * step + step * 0.1} y=${HEIGHT - height} width=${step * 0.8} height=${height}>
            <title>${bar.label}: ${bar.count} (${bar.title})</title></rect>`;
        })}
      </svg>
      <figcaption aria-hidden="true" dir="auto">
        <span>${bars[0]?.label}</span><span>${bars.length > 1 ? bars.at(-1)?.label : nothing}</span>
      </figcaption>
      <table class="unseen">
        <caption>
          ${texts.overTime}
        </caption>
        <thead>
          <tr>
            <th scope="col">${texts.time}</th>
            <th scope="col">${texts.count}</th>
          </tr>
        </thead>
        <tbody>
          ${bars
            .filter((bar) => bar.count > 0)
            .map(
              (bar) =>
                html`<tr>
                  <th scope="row" title=${bar.title}>${bar.label}</th>
                  <td>${bar.count}</td>
                </tr>`,
            )}
        </tbody>
      </table>
    </figure>
  `;
}

function groupItem(group: FailureGroup, state: AroundRows, actions: PageActions): TemplateResult {
  const chosen = state.group === group.key;
  return html`
    <li>
      <button
        class="group"
        id=${`group-${group.key}`}
        data-group=${group.key}
        aria-pressed=${chosen}
        @click=${() => actions.chooseGroup(chosen ? undefined : group.key)}
      >
        <span class="count" aria-hidden="true">${numberText(group.count)}</span>
        <span class="unseen">${group.counted}:</span>
        <span class="what" dir="auto">${group.cause} <span class="place">${group.place}</span></span>
        <span class="message" dir="auto" title=${group.message}>${group.message}</span>
        ${times(group)}
      </button>
    </li>
  `;
}

function times({ when }: FailureGroup): unknown {
  if (when === undefined) return nothing;
  const utc = when.first === when.last ? when.first : `${when.first} – ${when.last}`;
  return html`<span class="when" title=${utc}>${when.text}</span>`;
}
