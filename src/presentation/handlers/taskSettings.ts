import * as l10n from '@vscode/l10n';
import * as z from 'zod/mini';
import { readDebugSettings, type DebugSettings } from './debugSettings';

const Task = z.looseObject({
  with: z.enum(['sandbox', 'listener']),
  url: z.optional(z.string()),
  port: z._default(z.number().check(z.int(), z.minimum(0), z.maximum(65_535)), 0),
  command: z.optional(z.string()),
  cwd: z.optional(z.string()),
});

/** What a task of `tasks.json` starts. */
export interface TaskSettings {
  readonly with: 'sandbox' | 'listener';
  /** Of the listener; 0 takes any free port. */
  readonly port: number;
  /** The handler that is registered, or that what arrives is passed on to; undefined: none. */
  readonly handler: DebugSettings | undefined;
  /** The line that starts the handler, for the shell. */
  readonly command: string | undefined;
  readonly cwd: string | undefined;
}

export type TaskReading =
  { readonly ok: true; readonly settings: TaskSettings } | { readonly ok: false; readonly text: string };

/**
 * Reads what stands in `tasks.json`; what is wrong is a sentence that names the place. A handler is described by the
 * members that a debug configuration has, too.
 */
export function readTaskSettings(definition: unknown, name: string): TaskReading {
  const checked = Task.safeParse(definition);
  if (!checked.success) {
    const place = checked.error.issues[0]?.path.map(String).join('.') ?? '';
    return {
      ok: false,
      text: l10n.t('The task cannot be used: "{place}" is missing or has a wrong value.', { place }),
    };
  }
  const { with: kind, url, port, command, cwd, ...rest } = checked.data;
  const settings = { with: kind, port, command, cwd };
  if (url === undefined) {
    if (command === undefined) return { ok: true, settings: { ...settings, handler: undefined } };
    return {
      ok: false,
      text: l10n.t('The task has a "command" but no "url": at which address does the handler listen?'),
    };
  }
  const authentication = rest['authentication'] ?? { type: 'webhookKey', secrets: [] };
  const handler = { type: 'task' };
  const reading = readDebugSettings({ ...rest, name, with: kind, url, port, authentication, handler });
  return reading.ok ? { ok: true, settings: { ...settings, handler: reading.settings } } : reading;
}
