import type { OperationContext } from '../operations';
import type { StoredRow, Table } from '../schema/types';
import { refuse } from './refusals';
import { asText, nowText, type Services } from './services';

/** Component types of FACTS 2 and 9. */
const COMPONENT_TYPES: Readonly<Record<string, number>> = {
  plugintype: 90,
  pluginassembly: 91,
  sdkmessageprocessingstep: 92,
  sdkmessageprocessingstepimage: 93,
  serviceendpoint: 95,
};

/** The table a component type stands for, among those the sandbox knows. */
export function tableOfComponent(type: number): string | undefined {
  return Object.keys(COMPONENT_TYPES).find((name) => COMPONENT_TYPES[name] === type);
}

/** The solution of that unique name; 0x8004F002 when there is none (FACTS 9). */
export function solutionNamed(services: Services, uniqueName: string): StoredRow {
  for (const row of services.store.where('solution', 'uniquename', uniqueName)) return row;
  throw refuse('invalidSolution', uniqueName);
}

/** Puts a new component into the solution named in the request's `MSCRM.SolutionUniqueName` (FACTS 9). */
export function addToSolution(services: Services, table: Table, id: string, context: OperationContext): void {
  if (context.solutionUniqueName === undefined) return;
  const solution = solutionNamed(services, context.solutionUniqueName);
  const type = COMPONENT_TYPES[table.name];
  if (type !== undefined) insertComponent(services, solution, type, id, context);
}

/** Writes the membership and returns its id; the existing one when the component is already a member. */
export function insertComponent(
  services: Services,
  solution: StoredRow,
  type: number,
  objectId: string,
  context: OperationContext,
): string {
  const member = memberOf(services, solution, objectId);
  const known = asText(member?.['solutioncomponentid']);
  if (known !== undefined) return known;
  const id = services.newId();
  const now = nowText(services);
  context.work.transaction.insert('solutioncomponent', {
    solutioncomponentid: id,
    solutionid: { table: 'solution', id: asText(solution['solutionid']) ?? '' },
    componenttype: type,
    objectid: objectId,
    rootcomponentbehavior: 0,
    ismetadata: false,
    createdon: now,
    modifiedon: now,
    createdby: { table: 'systemuser', id: context.userId },
    modifiedby: { table: 'systemuser', id: context.userId },
  });
  return id;
}

/** The membership of a component in a solution. */
export function memberOf(services: Services, solution: StoredRow, objectId: string): StoredRow | undefined {
  for (const row of services.store.where('solutioncomponent', 'objectid', objectId)) {
    const owner = row['solutionid'];
    if (typeof owner === 'object' && owner !== null && 'id' in owner && owner.id === solution['solutionid'])
      return row;
  }
  return undefined;
}

/** A component that is deleted leaves its solutions. */
export function removeFromSolutions(services: Services, objectId: string, context: OperationContext): void {
  for (const row of [...services.store.where('solutioncomponent', 'objectid', objectId)]) {
    const id = asText(row['solutioncomponentid']);
    if (id !== undefined) context.work.transaction.remove('solutioncomponent', id);
  }
}
