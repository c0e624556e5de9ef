import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod/mini';
import { ROOT } from '../../scripts/host/paths';

const MenuItem = z.object({
  command: z.optional(z.string()),
  submenu: z.optional(z.string()),
  when: z.optional(z.string()),
  group: z.optional(z.string()),
});
export type MenuItem = z.infer<typeof MenuItem>;

const Setting = z.looseObject({
  type: z.optional(z.unknown()),
  default: z.optional(z.unknown()),
  description: z.optional(z.string()),
  markdownDescription: z.optional(z.string()),
  enum: z.optional(z.array(z.unknown())),
  enumDescriptions: z.optional(z.array(z.string())),
  markdownEnumDescriptions: z.optional(z.array(z.string())),
  scope: z.optional(z.string()),
  order: z.optional(z.number()),
});
const Configuration = z.object({ title: z.string(), properties: z.record(z.string(), Setting) });

const View = z.object({
  id: z.string(),
  name: z.string(),
  icon: z.optional(z.string()),
  type: z.optional(z.string()),
  when: z.optional(z.string()),
});

const Manifest = z.object({
  publisher: z.string(),
  main: z.string(),
  engines: z.object({ vscode: z.string() }),
  extensionKind: z.array(z.string()),
  activationEvents: z.array(z.string()),
  capabilities: z.object({
    untrustedWorkspaces: z.looseObject({ supported: z.union([z.boolean(), z.string()]) }),
    virtualWorkspaces: z.unknown(),
  }),
  dependencies: z.optional(z.record(z.string(), z.string())),
  devDependencies: z.record(z.string(), z.string()),
  contributes: z.object({
    commands: z.array(
      z.object({
        command: z.string(),
        title: z.string(),
        shortTitle: z.optional(z.string()),
        category: z.optional(z.string()),
        icon: z.optional(z.string()),
        enablement: z.optional(z.string()),
      }),
    ),
    taskDefinitions: z.array(z.object({ type: z.string(), properties: z.record(z.string(), z.unknown()) })),
    problemMatchers: z.array(
      z.object({
        name: z.string(),
        background: z.object({ beginsPattern: z.string(), endsPattern: z.string() }),
      }),
    ),
    viewsContainers: z.object({
      activitybar: z.array(z.object({ id: z.string(), title: z.string(), icon: z.string() })),
    }),
    views: z.record(z.string(), z.array(View)),
    viewsWelcome: z.array(z.object({ view: z.string(), contents: z.string(), when: z.optional(z.string()) })),
    menus: z.record(z.string(), z.array(MenuItem)),
    colors: z.array(
      z.object({
        id: z.string(),
        description: z.string(),
        defaults: z.object({
          dark: z.string(),
          light: z.string(),
          highContrast: z.string(),
          highContrastLight: z.string(),
        }),
      }),
    ),
    keybindings: z.optional(z.array(z.object({ command: z.string(), when: z.optional(z.string()) }))),
    configuration: z.optional(z.union([Configuration, z.array(Configuration)])),
    walkthroughs: z.array(
      z.object({
        id: z.string(),
        steps: z.array(
          z.object({
            id: z.string(),
            description: z.string(),
            media: z.strictObject({ svg: z.string(), altText: z.string() }),
            completionEvents: z.array(z.string()),
          }),
        ),
      }),
    ),
  }),
});

function json(name: string): unknown {
  return JSON.parse(readFileSync(path.join(ROOT, name), 'utf8'));
}

/** The manifest, the parts of it that these tests judge. */
export const manifest = Manifest.parse(json('package.json'));

/** The strings of the manifest, in English. */
export const strings = z.record(z.string(), z.string()).parse(json('package.nls.json'));

/** A text of the manifest as it is on screen. */
export function localized(text: string): string {
  return text.replace(/^%(.+)%$/, (_, key: string) => strings[key] ?? `missing: ${key}`);
}

/** The entries of one menu. */
export function menu(name: string): readonly MenuItem[] {
  return manifest.contributes.menus[name] ?? [];
}

/** Every `when` and `enablement` of the manifest. */
export function clauses(): readonly string[] {
  const { commands, menus, views, viewsWelcome, keybindings } = manifest.contributes;
  return [
    ...Object.values(views).flatMap((all) => all.map(({ when }) => when)),
    ...commands.map(({ enablement }) => enablement),
    ...Object.values(menus).flatMap((items) => items.map(({ when }) => when)),
    ...viewsWelcome.map(({ when }) => when),
    ...(keybindings ?? []).map(({ when }) => when),
  ].filter((clause) => clause !== undefined);
}
