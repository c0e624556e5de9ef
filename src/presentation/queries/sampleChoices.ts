import * as l10n from '@vscode/l10n';
import { failedJobsFetchXml, failedJobsPath } from '../../jobs/jobQueries';
import type { JobScope } from '../../jobs/model';
import { readableFetchXml } from '../../jobs/queryText';
import { stepSample, stepsSample, webhooksSample, type SampleQuery } from '../../webhooks/sampleQueries';
import type { PickChoice } from '../../wizard/ui';

/** What a query to copy is about. */
export type QuerySubject =
  | { readonly kind: 'environment' }
  | { readonly kind: 'webhook'; readonly webhookId: string; readonly stepIds: readonly string[] }
  | { readonly kind: 'step'; readonly stepId: string };

/** Where the Web API is, below the environment's address (FACTS 16, row 11: the current version). */
const WEB_API = '/api/data/v9.2/';

/**
 * The queries that show something, each in both languages; the value of a choice is the text to copy: a whole address
 * that a browser or an HTTP client takes as it is, or FetchXML on several lines.
 */
export function sampleChoices(origin: string, subject: QuerySubject): ReadonlyArray<PickChoice<string>> {
  switch (subject.kind) {
    case 'environment':
      return [
        ...bothLanguages(origin, l10n.t('All webhooks'), webhooksSample()),
        ...bothLanguages(origin, l10n.t('Failed jobs of all webhooks'), failedJobs(subject)),
      ];
    case 'webhook':
      return [
        ...bothLanguages(origin, l10n.t('Steps of the webhook'), stepsSample(subject.webhookId)),
        ...bothLanguages(origin, l10n.t('Failed jobs of the webhook'), failedJobs(subject)),
        ...bothLanguages(origin, l10n.t('All webhooks'), webhooksSample()),
      ];
    case 'step':
      return [
        ...bothLanguages(
          origin,
          l10n.t('The step with its message, table and webhook'),
          stepSample(subject.stepId),
        ),
        ...bothLanguages(origin, l10n.t('Failed jobs of the step'), failedJobs(subject)),
      ];
  }
}

function failedJobs(scope: JobScope): SampleQuery {
  return { webApi: failedJobsPath(scope), fetchXml: failedJobsFetchXml(scope) };
}

function bothLanguages(origin: string, group: string, query: SampleQuery): ReadonlyArray<PickChoice<string>> {
  return [
    {
      value: `${origin}${WEB_API}${query.webApi}`,
      label: l10n.t('Web API'),
      description: l10n.t('{question}, as an address', { question: group }),
      group,
    },
    {
      value: readableFetchXml(query.fetchXml),
      label: l10n.t('FetchXML'),
      description: l10n.t('{question}, as XML', { question: group }),
      group,
    },
  ];
}
