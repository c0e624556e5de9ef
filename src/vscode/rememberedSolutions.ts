import type * as vscode from 'vscode';
import type { Solution } from '../webhooks/solutionService';

export type RememberedSolution = Pick<Solution, 'uniqueName' | 'name'>;

/** The solution that was chosen last while registering, for each environment. */
export class RememberedSolutions {
  readonly #memento: vscode.Memento;

  constructor(memento: vscode.Memento) {
    this.#memento = memento;
  }

  of(environmentId: string): RememberedSolution | undefined {
    const kept = this.#memento.get<unknown>(keyOf(environmentId));
    if (typeof kept !== 'object' || kept === null || !('uniqueName' in kept) || !('name' in kept))
      return undefined;
    const { uniqueName, name } = kept;
    return typeof uniqueName === 'string' && typeof name === 'string' ? { uniqueName, name } : undefined;
  }

  async keep(environmentId: string, solution: RememberedSolution | undefined): Promise<void> {
    await this.#memento.update(keyOf(environmentId), solution);
  }
}

function keyOf(environmentId: string): string {
  return `solution/${environmentId}`;
}
