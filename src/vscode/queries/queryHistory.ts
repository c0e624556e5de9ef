import type * as vscode from 'vscode';
import * as z from 'zod/mini';
import { QueryLanguage } from '../../protocol/queries';
import { withQuery, type PastQuery, type WrittenQuery } from '../../queries/written';

const Kept = z.array(z.object({ language: QueryLanguage, text: z.string(), time: z.number() }));

/** The queries that were run in each environment, the newest first; see `withQuery` for what is kept. */
export class QueryHistory {
  readonly #memento: vscode.Memento;

  constructor(memento: vscode.Memento) {
    this.#memento = memento;
  }

  of(environmentId: string): readonly PastQuery[] {
    const kept = Kept.safeParse(this.#memento.get<unknown>(keyOf(environmentId)));
    return kept.success ? kept.data : [];
  }

  async keep(environmentId: string, { language, text }: WrittenQuery): Promise<void> {
    const before = this.of(environmentId);
    const after = withQuery(before, { language, text, time: Date.now() });
    if (after !== before) await this.#memento.update(keyOf(environmentId), after);
  }
}

function keyOf(environmentId: string): string {
  return `queries/${environmentId}`;
}
