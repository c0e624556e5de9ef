import { DataverseError } from '../dataverse/errors';
import * as odata from '../dataverse/odata';
import * as column from '../dataverse/row';
import type { Row, WebApi } from '../dataverse/webApi';

export interface Solution {
  /** What the service calls it by, also in the header that puts a new row into it. */
  readonly uniqueName: string;
  readonly name: string;
  readonly managed: boolean;
}

/** A component by its kind and its row's id. */
export interface Component {
  readonly kind: 'webhook' | 'step';
  readonly id: string;
}

/** Values of `componenttype` (FACTS 9). Images travel with their step. */
const COMPONENT_TYPES = { step: 92, webhook: 95 } as const;

/**
 * The service's answer where a component is in the solution already. FACTS 9 names it 0x80048542 and -2147159998, which
 * are two codes (the second is 0x8004F042): both are taken (UNVERIFIED).
 */
const ALREADY_CONTAINED: ReadonlySet<number> = new Set([0x80048542 | 0, -2147159998]);

/** Solutions that every component is in, or that hold unmanaged changes: nobody chooses them. */
const OWN_SOLUTIONS = ['Active', 'Default', 'Basic'];

/** The unmanaged solutions of the environment that a person can choose, by name. */
export function solutionsQuery(): string {
  return odata.query(odata.set('solutions'), {
    select: ['uniquename', 'friendlyname', 'ismanaged'],
    filter: odata.and(
      odata.eq('ismanaged', false),
      odata.eq('isvisible', true),
      ...OWN_SOLUTIONS.map((name) => odata.ne('uniquename', name)),
    ),
    orderby: ['friendlyname'],
  });
}

/** The solutions a component is in (FACTS 9). */
export function membershipsQuery(componentId: string): string {
  return odata.query(odata.set('solutioncomponents'), {
    select: ['componenttype', 'rootcomponentbehavior'],
    filter: odata.eq('objectid', odata.guid(componentId)),
    expand: [{ path: 'solutionid', select: ['uniquename', 'friendlyname', 'ismanaged'] }],
  });
}

/** Components whose solutions are asked for in one request. */
const COMPONENTS_PER_QUERY = 100;

/** The solutions that some components are in (FACTS 9). */
function membershipsOfManyQuery(componentIds: readonly string[]): string {
  return odata.query(odata.set('solutioncomponents'), {
    select: ['objectid', 'componenttype'],
    filter: odata.anyOf(componentIds.map((id) => odata.eq('objectid', odata.guid(id)))),
    expand: [{ path: 'solutionid', select: ['uniquename', 'friendlyname', 'ismanaged'] }],
  });
}

/** Which solutions hold what. Every method throws `DataverseError` and `CancelledError`. */
export class SolutionService {
  readonly #api: Pick<WebApi, 'pages' | 'action'>;

  constructor(api: Pick<WebApi, 'pages' | 'action'>) {
    this.#api = api;
  }

  /** The unmanaged solutions a person can choose, by name. */
  async solutions(signal: AbortSignal): Promise<readonly Solution[]> {
    return (await this.#all(solutionsQuery(), signal)).map(solutionOf);
  }

  /** The solutions that hold a component, managed ones too, without those that hold everything. */
  async holding(component: Component, signal: AbortSignal): Promise<readonly Solution[]> {
    const rows = await this.#all(membershipsQuery(component.id), signal);
    return rows
      .flatMap((row) => {
        const solution = column.optionalExpanded(row, 'solutionid');
        return solution === undefined ? [] : [solution];
      })
      .map(solutionOf)
      .filter((solution) => !OWN_SOLUTIONS.includes(solution.uniqueName));
  }

  /** The solutions that hold some components, by the ids of these; one without any is left out. */
  async holdingAll(
    ids: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, readonly Solution[]>> {
    const holding = new Map<string, readonly Solution[]>();
    for (let start = 0; start < ids.length; start += COMPONENTS_PER_QUERY) {
      const part = ids.slice(start, start + COMPONENTS_PER_QUERY);
      for (const row of await this.#all(membershipsOfManyQuery(part), signal)) {
        const expanded = column.optionalExpanded(row, 'solutionid');
        const solution = expanded === undefined ? undefined : solutionOf(expanded);
        if (solution === undefined || OWN_SOLUTIONS.includes(solution.uniqueName)) continue;
        const id = column.guid(row, 'objectid');
        holding.set(id, [...(holding.get(id) ?? []), solution]);
      }
    }
    return holding;
  }

  /** Puts a component into a solution (FACTS 15.16); that it is there already is as good. */
  async add(component: Component, solution: string, signal: AbortSignal): Promise<void> {
    try {
      const parameters = {
        ComponentId: component.id,
        ComponentType: COMPONENT_TYPES[component.kind],
        SolutionUniqueName: solution,
        AddRequiredComponents: false,
      };
      await this.#api.action('AddSolutionComponent', parameters, { signal });
    } catch (error) {
      if (DataverseError.is(error) && error.code !== undefined && ALREADY_CONTAINED.has(error.code)) return;
      throw error;
    }
  }

  /** Takes a component out of a solution; the row stays. The id that the action wants is UNVERIFIED (FACTS 9, 15.16). */
  async remove(component: Component, solution: string, signal: AbortSignal): Promise<void> {
    const parameters = {
      SolutionComponent: {
        '@odata.type': 'Microsoft.Dynamics.CRM.solutioncomponent',
        solutioncomponentid: component.id,
      },
      ComponentType: COMPONENT_TYPES[component.kind],
      SolutionUniqueName: solution,
    };
    await this.#api.action('RemoveSolutionComponent', parameters, { signal });
  }

  async #all(path: string, signal: AbortSignal): Promise<Row[]> {
    const rows: Row[] = [];
    for await (const page of this.#api.pages(path, { signal })) rows.push(...page.rows);
    return rows;
  }
}

function solutionOf(row: Row): Solution {
  const uniqueName = column.text(row, 'uniquename');
  return {
    uniqueName,
    name: column.optionalText(row, 'friendlyname') ?? uniqueName,
    managed: column.optionalBoolean(row, 'ismanaged') ?? false,
  };
}
