import * as z from 'zod/mini';

import { contextReference, type ContextPair } from '../../delivery/executionContext';
import type { ActionCall, ActionResult, OperationContext } from '../operations';
import { badRequest, notImplemented, rowNotFound } from '../serviceError';
import type { PipelineEvent } from './event';
import { callEndpoint } from './outcome';
import { refuse } from './refusals';
import { eventBase } from './rowEvents';
import { updateRow } from './rowOperations';
import { existingRow } from './rows';
import { runEvent } from './run';
import { asText, tableOf, type Services } from './services';
import { insertComponent, memberOf, solutionNamed, tableOfComponent } from './solutions';
import { NOTHING_WRITTEN } from './event';
import { ServiceError } from '../serviceError';

type Action = (services: Services, call: ActionCall, context: OperationContext) => Promise<ActionResult>;

const ACTIONS: Readonly<Record<string, Action>> = {
  AddSolutionComponent: addSolutionComponent,
  RemoveSolutionComponent: removeSolutionComponent,
  TriggerServiceEndpointCheck: checkEndpoint,
  new_ApproveProject: approveProject,
};

/** True for the actions the sandbox can do. */
export function knowsAction(name: string): boolean {
  return Object.hasOwn(ACTIONS, name);
}

/** Runs an action. Its parameters are checked here. */
export function execute(
  services: Services,
  call: ActionCall,
  context: OperationContext,
): Promise<ActionResult> {
  const action = Object.hasOwn(ACTIONS, call.name) ? ACTIONS[call.name] : undefined;
  if (action === undefined) throw notImplemented(`the action ${call.name}`);
  return action(services, call, context);
}

function parameters<T>(schema: z.ZodMiniType<T>, call: ActionCall): T {
  const parsed = schema.safeParse(call.parameters);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw badRequest(
    `Action ${call.name}, parameter ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}.`,
  );
}

const AddParameters = z.object({
  ComponentId: z.guid(),
  ComponentType: z.int(),
  SolutionUniqueName: z.string(),
  AddRequiredComponents: z.boolean(),
  DoNotIncludeSubcomponents: z.optional(z.boolean()),
});

/** Makes a component a member of a solution (FACTS 9). */
function addSolutionComponent(
  services: Services,
  call: ActionCall,
  context: OperationContext,
): Promise<ActionResult> {
  const { ComponentId, ComponentType, SolutionUniqueName } = parameters(AddParameters, call);
  const solution = solutionNamed(services, SolutionUniqueName);
  const table = tableOfComponent(ComponentType);
  if (table === undefined) throw notImplemented(`solution components of type ${ComponentType}`);
  const objectId = ComponentId.toLowerCase();
  if (services.store.get(table, objectId) === undefined) throw rowNotFound(table, objectId);
  // A component that is a member already answers 0x80048542 (FACTS 9).
  if (memberOf(services, solution, objectId) !== undefined) {
    throw new ServiceError(400, '0x80048542', 'The component is a member of the solution already.');
  }
  return Promise.resolve({ id: insertComponent(services, solution, ComponentType, objectId, context) });
}

const RemoveParameters = z.object({
  SolutionComponent: z.looseObject({ solutioncomponentid: z.guid() }),
  ComponentType: z.int(),
  SolutionUniqueName: z.string(),
});

/** Ends a membership; the row stays. The id is the component's own or the membership's (FACTS 9, UNVERIFIED): both are taken. */
function removeSolutionComponent(
  services: Services,
  call: ActionCall,
  context: OperationContext,
): Promise<ActionResult> {
  const { SolutionComponent, SolutionUniqueName } = parameters(RemoveParameters, call);
  const solution = solutionNamed(services, SolutionUniqueName);
  const given = SolutionComponent.solutioncomponentid.toLowerCase();
  const byObject = asText(memberOf(services, solution, given)?.['solutioncomponentid']);
  const id = byObject ?? given;
  if (services.store.get('solutioncomponent', id) === undefined) throw rowNotFound('solutioncomponent', id);
  context.work.transaction.remove('solutioncomponent', id);
  return Promise.resolve({ id });
}

/**
 * What the check does to a webhook is UNVERIFIED (FACTS 5.3): the sandbox sends one request without a context and
 * answers with the failure, if there is one.
 */
async function checkEndpoint(
  services: Services,
  call: ActionCall,
  context: OperationContext,
): Promise<ActionResult> {
  if (call.target === undefined)
    throw badRequest('TriggerServiceEndpointCheck is bound to a serviceendpoint.');
  const endpoint = existingRow(services, call.target);
  if (endpoint['contract'] !== 8) throw notImplemented('the check of endpoints that are no webhooks');
  const headers = {
    organization: services.organization.host,
    entityName: 'none',
    requestName: 'TriggerServiceEndpointCheck',
    correlationId: context.correlationId,
  };
  const body = { text: '{}', bytes: 2, trimmed: false, tooLarge: false };
  const outcome = await callEndpoint(services, endpoint, headers, body, context.signal);
  if (outcome.kind !== 'failed') return undefined;
  throw new ServiceError(400, outcome.failure.code, outcome.failure.friendly, {
    detail: outcome.failure.detail,
  });
}

const ApproveParameters = z.object({ Comment: z.optional(z.string().check(z.maxLength(2000))) });
const PLANNED = 100_000_001;

/** The sandbox's example of a custom API: bound to a project, plans it, and fires the steps of its own message. */
async function approveProject(
  services: Services,
  call: ActionCall,
  context: OperationContext,
): Promise<ActionResult> {
  const { Comment } = parameters(ApproveParameters, call);
  const { target } = call;
  if (target?.table !== 'new_project') throw badRequest('new_ApproveProject is bound to a new_project.');
  const before = existingRow(services, target);
  if (before['statecode'] !== 0) throw refuse('invalidArgument', 'Only an active project can be approved.');
  const sent: readonly ContextPair[] = [
    { key: 'Target', value: contextReference(target.table, target.id) },
    ...(Comment === undefined
      ? []
      : [{ key: 'Comment', value: { kind: 'string', value: Comment } } as const]),
  ];
  const table = tableOf(services, target.table);
  const event: PipelineEvent = {
    ...eventBase(services, context, call.name, table, target.id, () => sent),
    output: () => [{ key: 'Approved', value: { kind: 'boolean', value: true } }],
  };
  await runEvent(services, event, before, async () => {
    await updateRow(services, target, { new_phase: PLANNED }, context);
    return NOTHING_WRITTEN;
  });
  return { Approved: true };
}
