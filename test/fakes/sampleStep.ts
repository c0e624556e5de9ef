import type { Step } from '../../src/webhooks/model';

/** An enabled asynchronous step on Update of contact, without images; a test says in what its own is another. */
export const sampleStep: Step = {
  id: '00000000-0000-0000-0000-000000000001',
  webhookId: '00000000-0000-0000-0000-0000000000aa',
  name: 'Orders: Update of contact',
  description: '',
  message: { id: '00000000-0000-0000-0000-0000000000bb', name: 'Update' },
  filterId: '00000000-0000-0000-0000-00000000000f',
  table: 'contact',
  secondaryTable: undefined,
  stage: 'postOperation',
  mode: 'asynchronous',
  rank: 1,
  filteringColumns: ['firstname'],
  deleteJobOnSuccess: true,
  enabled: true,
  deployment: 'server',
  runAsUserId: undefined,
  runAsUserName: undefined,
  managed: false,
  customizable: true,
  modifiedOn: undefined,
  etag: 'W/"7"',
  images: [],
};
