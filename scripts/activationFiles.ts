import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod/mini';
import { ROOT } from './host/paths';

const Metafile = z.object({
  outputs: z.record(
    z.string(),
    z.object({ imports: z.array(z.object({ path: z.string(), kind: z.string() })) }),
  ),
});

export interface ExtensionFiles {
  /** Loaded at activation: the entry, first, and the parts that it cannot do without. */
  readonly activation: readonly string[];
  /** Loaded when something needs them. */
  readonly later: readonly string[];
}

/** The scripts of the extension below dist, by when they are loaded. Read from dist/meta, so build first. */
export async function extensionFiles(): Promise<ExtensionFiles> {
  const meta = path.join(ROOT, 'dist', 'meta', 'extension.json');
  const { outputs } = Metafile.parse(JSON.parse(await readFile(meta, 'utf8')));
  const activation = new Set<string>();
  const add = (file: string): void => {
    if (outputs[file] === undefined || activation.has(file)) return;
    activation.add(file);
    for (const { path: target, kind } of outputs[file].imports) if (kind === 'import-statement') add(target);
  };
  add('dist/extension.js');
  const name = (file: string): string => path.posix.basename(file);
  return {
    activation: [...activation].map(name),
    later: Object.keys(outputs)
      .filter((file) => !activation.has(file))
      .map(name),
  };
}
