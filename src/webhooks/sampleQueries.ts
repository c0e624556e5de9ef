import { writeFetchXml, type FetchLink } from '../dataverse/fetchXml';
import * as odata from '../dataverse/odata';
import { WEBHOOK_CONTRACT } from './model';

/** One question in the two languages of the service: the path below the Web API root, and FetchXML. */
export interface SampleQuery {
  readonly webApi: string;
  readonly fetchXml: string;
}

/**
 * The documentation's question for all webhooks, in a form that runs (FACTS 16, row 4: no blank after `=`; 11: the
 * current version; 12: encoded).
 */
export function webhooksSample(): SampleQuery {
  const columns = ['serviceendpointid', 'name', 'authtype', 'url'];
  return {
    webApi: odata.query(odata.set('serviceendpoints'), {
      select: columns,
      filter: odata.eq('contract', WEBHOOK_CONTRACT),
      orderby: ['name'],
    }),
    fetchXml: writeFetchXml({
      entity: {
        name: 'serviceendpoint',
        attributes: columns,
        filter: { conditions: [{ attribute: 'contract', operator: 'eq', value: WEBHOOK_CONTRACT }] },
        orders: ['name'],
      },
    }),
  };
}

const STEP_COLUMNS = [
  'sdkmessageprocessingstepid',
  'name',
  'description',
  'filteringattributes',
  'stage',
  'mode',
  'rank',
  'asyncautodelete',
  'statecode',
];

/**
 * The steps of a webhook (FACTS 16, row 2: the id in the key and one `?`; 6: `asyncautodelete` is the column; 7: steps
 * without a table are steps too, so the filter is joined from outside).
 */
export function stepsSample(webhookId: string): SampleQuery {
  return {
    webApi: odata.query(
      odata.property(odata.row('serviceendpoints', webhookId), 'serviceendpoint_sdkmessageprocessingstep'),
      { select: STEP_COLUMNS, expand: messageAndTable, orderby: ['name'] },
    ),
    fetchXml: writeFetchXml({
      entity: {
        name: 'sdkmessageprocessingstep',
        attributes: STEP_COLUMNS,
        links: [
          endpointLink({ attribute: 'serviceendpointid', operator: 'eq', value: webhookId }),
          ...filterAndMessageLinks,
        ],
        orders: ['name'],
      },
    }),
  };
}

/**
 * One step with its message, table and endpoint (FACTS 16, row 3: one `?`; 8: both languages give the same; 9: the
 * handler of a webhook step is the endpoint and no plug-in type).
 */
export function stepSample(stepId: string): SampleQuery {
  return {
    webApi: odata.query(odata.row('sdkmessageprocessingsteps', stepId), {
      select: STEP_COLUMNS,
      expand: [...messageAndTable, { path: 'eventhandler_serviceendpoint', select: ['name', 'url'] }],
    }),
    fetchXml: writeFetchXml({
      entity: {
        name: 'sdkmessageprocessingstep',
        attributes: STEP_COLUMNS,
        filter: {
          conditions: [{ attribute: 'sdkmessageprocessingstepid', operator: 'eq', value: stepId }],
        },
        links: [endpointLink(undefined), ...filterAndMessageLinks],
      },
    }),
  };
}

const messageAndTable: readonly odata.Expand[] = [
  { path: 'sdkmessageid', select: ['name'] },
  { path: 'sdkmessagefilterid', select: ['primaryobjecttypecode'] },
];

function endpointLink(
  condition: { readonly attribute: string; readonly operator: string; readonly value: string } | undefined,
): FetchLink {
  return {
    name: 'serviceendpoint',
    from: 'serviceendpointid',
    to: 'eventhandler',
    type: 'inner',
    alias: 'endpnt',
    attributes: condition === undefined ? ['name', 'url'] : ['name'],
    ...(condition === undefined ? {} : { filter: { conditions: [condition] } }),
  };
}

const filterAndMessageLinks: readonly FetchLink[] = [
  {
    name: 'sdkmessagefilter',
    from: 'sdkmessagefilterid',
    to: 'sdkmessagefilterid',
    type: 'outer',
    alias: 'fltr',
    attributes: ['primaryobjecttypecode'],
  },
  {
    name: 'sdkmessage',
    from: 'sdkmessageid',
    to: 'sdkmessageid',
    type: 'inner',
    alias: 'msg',
    attributes: ['name'],
  },
];
