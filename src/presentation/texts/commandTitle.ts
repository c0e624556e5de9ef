import * as z from 'zod/mini';

/** The editor gives a title as it is written, or with its translation. */
const Title = z.union([z.string(), z.object({ value: z.string() })]);
const Manifest = z.object({
  contributes: z.object({ commands: z.array(z.object({ command: z.string(), title: Title })) }),
});

/**
 * The title of a command as the palette shows it, without the dots that announce a question; undefined for an unknown one.
 * @param manifest what the editor has read of our package.json, in the reader's language
 */
export function commandTitle(manifest: unknown, id: string | undefined): string | undefined {
  const parsed = Manifest.safeParse(manifest);
  const title = parsed.data?.contributes.commands.find(({ command }) => command === id)?.title;
  return (typeof title === 'object' ? title.value : title)?.replace(/(?:…|\.\.\.)$/u, '');
}
