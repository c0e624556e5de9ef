import { render } from 'lit';
import type * as z from 'zod/mini';
import {
  type DeliveryPage,
  FromDeliveryPage,
  type KeptDeliveryPage,
  ToDeliveryPage,
} from '../../protocol/delivery';
import { dispatch } from '../../protocol/message';
import { keepFocus } from '../keptFocus';
import { page, type DeliveryActions, type ShownRows } from './view';

const host = acquireVsCodeApi();
let state: DeliveryPage | undefined;
/** How many rows of a long table are shown, by the place of the part. */
let shown: ShownRows = new Map();

const actions: DeliveryActions = {
  act: (act) => host.postMessage({ method: FromDeliveryPage.act.method, params: { act } }),
  copy: (part) => host.postMessage({ method: FromDeliveryPage.copy.method, params: { part } }),
  open: (id) => host.postMessage({ method: FromDeliveryPage.open.method, params: { id } }),
  showMore: (place, count) => {
    shown = new Map([...shown, [place, count]]);
    draw();
  },
};

function draw(): void {
  const root = document.getElementById('root');
  if (root !== null && state !== undefined) render(page(state, shown, actions), root);
}

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  dispatch(
    ToDeliveryPage,
    {
      show: (params) => {
        if (params.id !== state?.id) {
          shown = new Map();
          window.scrollTo(0, 0);
        }
        state = params;
        host.setState({ id: params.id } satisfies z.infer<typeof KeptDeliveryPage>);
        draw();
      },
    },
    event.data,
  );
});

keepFocus();
host.postMessage({ method: FromDeliveryPage.ready.method, params: {} });
