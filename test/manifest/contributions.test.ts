import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseXml, XmlElement } from '@rgrove/parse-xml';
import { ROOT } from '../../scripts/host/paths';
import { ENVIRONMENT_COLORS } from '../../src/environments/profile';
import { COMMANDS } from '../../src/vscode/commands/table';
import { clauses, localized, manifest, strings } from './manifest';

const { contributes } = manifest;

function elements(element: XmlElement): readonly XmlElement[] {
  return [
    element,
    ...element.children.flatMap((child) => (child instanceof XmlElement ? elements(child) : [])),
  ];
}

describe('The view of the manifest', () => {
  it('is one container in the activity bar with at most three views, none of them a web page', () => {
    const [container, ...others] = contributes.viewsContainers.activitybar;
    assert.ok(container);
    assert.deepEqual(others, []);
    assert.deepEqual(Object.keys(contributes.views), [container.id]);
    const views = contributes.views[container.id] ?? [];
    assert.ok(views.length >= 1 && views.length <= 3);
    for (const view of views) {
      assert.ok(view.icon, view.id);
      assert.notEqual(view.type, 'webview');
      const name = localized(view.name);
      assert.ok(name.length > 0 && name.length <= 20, name);
    }
  });

  it('has an outline icon of 24 by 24 in the colour of the editor', () => {
    const icons = new Set([
      ...contributes.viewsContainers.activitybar.map(({ icon }) => icon),
      ...Object.values(contributes.views).flatMap((views) => views.map(({ icon }) => icon ?? '')),
    ]);
    for (const icon of icons) {
      assert.match(icon, /\.svg$/);
      const { root } = parseXml(readFileSync(path.join(ROOT, icon), 'utf8'));
      assert.ok(root);
      const { width, height, viewBox } = root.attributes;
      assert.deepEqual([width, height, viewBox], ['24', '24', '0 0 24 24']);
      const all = elements(root);
      assert.ok(all.length > 1);
      const colours = all.flatMap(({ attributes }) =>
        ['fill', 'stroke', 'color', 'stop-color'].flatMap((name) => attributes[name] ?? []),
      );
      assert.deepEqual(
        colours.filter((colour) => colour !== 'none' && colour !== 'currentColor'),
        [],
      );
      assert.ok(colours.includes('currentColor'));
      for (const { name, attributes } of all) {
        assert.match(name, /^(svg|g|path|circle|ellipse|rect|line|polyline|polygon|title)$/);
        for (const attribute of Object.keys(attributes))
          assert.doesNotMatch(attribute, /^(style|class|href|on.*)$/);
      }
    }
  });
});

describe('What an empty view says', () => {
  const views = Object.values(contributes.views).flat();

  it('is said in one state each, for a view that exists', () => {
    assert.ok(contributes.viewsWelcome.length > 0);
    const states = contributes.viewsWelcome.map(({ view, when }) => `${view}: ${when ?? ''}`);
    assert.equal(new Set(states).size, states.length);
    for (const { view, when } of contributes.viewsWelcome) {
      assert.ok(views.some(({ id }) => id === view));
      assert.ok(when);
    }
  });

  it('has one button at most, names what its links do, and begins only commands that exist', () => {
    for (const { contents } of contributes.viewsWelcome) {
      const text = localized(contents);
      assert.match(contents, /^%[\w.]+%$/);
      // A link alone on its line is a button.
      assert.ok(text.split('\n').filter((line) => /^\[[^\]]+\]\([^)]+\)$/.test(line)).length <= 1, text);
      assert.doesNotMatch(text, /read more|learn more|click here|!\s|!$/i);
      const links = [...text.matchAll(/\[([^\]]+)\]\(([^)]+)\)/g)];
      assert.ok(links.length > 0);
      for (const [, label, target] of links) {
        assert.ok(label !== undefined && label.length > 3);
        const command = /^command:([\w.]+)$/.exec(target ?? '')?.[1];
        assert.ok(
          command === undefined ? target?.startsWith('https://') : COMMANDS.some((id) => id === command),
          target,
        );
      }
    }
  });
});

describe('The platform part of the manifest', () => {
  it('activates only on what it is asked for', () => {
    for (const event of manifest.activationEvents)
      assert.match(
        event,
        /^(onWebviewPanel:dataverseWebhooks\.\w+|onDebugResolve:dataverseWebhooks|onUri|onLanguage:[\w-]+|onFileSystem:[\w-]+)$/,
      );
    const panels = readFileSync(path.join(ROOT, 'src', 'vscode', 'panels', 'lazyPanels.ts'), 'utf8');
    const ids = [...panels.matchAll(/_PANEL = '([\w.]+)'/g)].map(([, id]) => `onWebviewPanel:${id ?? ''}`);
    assert.deepEqual(
      manifest.activationEvents.filter((event) => event.startsWith('onWebviewPanel:')).sort(),
      ids.sort(),
    );
  });

  it('says how it behaves in workspaces that are not trusted or not on a disk', () => {
    const { untrustedWorkspaces, virtualWorkspaces } = manifest.capabilities;
    assert.equal(untrustedWorkspaces.supported, true);
    assert.equal(virtualWorkspaces, true);
  });

  it('prefers the machine of the user, where browsers and accounts are', () => {
    assert.deepEqual(manifest.extensionKind, ['ui', 'workspace']);
  });

  it('claims the version of the editor that its types are of', () => {
    const types = readFileSync(path.join(ROOT, 'node_modules', '@types', 'vscode', 'package.json'), 'utf8');
    const installed = /"version": "([\d.]+)"/.exec(types)?.[1];
    assert.equal(manifest.engines.vscode, `^${installed ?? ''}`);
    assert.equal(manifest.engines.vscode, '^1.105.0');
  });

  it('needs no package at run time', () => {
    assert.deepEqual(Object.keys(manifest.dependencies ?? {}), []);
  });

  it('asks a registry for no telemetry library', () => {
    for (const name of Object.keys(manifest.devDependencies))
      assert.doesNotMatch(name, /telemetry|insights/i);
  });
});

describe('The settings', () => {
  const pages = [contributes.configuration ?? []].flat();
  const settings = pages.flatMap(({ properties }) => Object.entries(properties));

  it('are under the name of the product, when there are any', () => {
    for (const { title } of pages) assert.equal(localized(title), localized('%extension.displayName%'));
    for (const [id] of settings) assert.match(id, /^dataverseWebhooks\.\w+(\.\w+)*$/);
  });

  it('each have a type, a default, a short description, a scope and a place', () => {
    for (const [id, setting] of settings) {
      assert.ok(setting.type !== undefined || setting.enum !== undefined, id);
      assert.ok('default' in setting, id);
      const description = localized(setting.markdownDescription ?? setting.description ?? '');
      const sentences = description.split(/[.!?](?:\s|$)/).filter((part) => part.trim() !== '');
      assert.ok(sentences.length >= 1 && sentences.length <= 2, `${id}: ${description}`);
      assert.match(setting.scope ?? '', /^(application|machine|machine-overridable|window|resource)$/, id);
      assert.ok(Number.isInteger(setting.order), id);
      if (setting.enum !== undefined) {
        const texts = setting.markdownEnumDescriptions ?? setting.enumDescriptions ?? [];
        assert.equal(texts.length, setting.enum.length, id);
      }
    }
  });

  it('cannot be set by a workspace where they name a host, an account or a client', () => {
    for (const [id, setting] of settings)
      if (/url|host|authority|tenant|client|account|proxy|path/i.test(id))
        assert.match(setting.scope ?? '', /^(application|machine)$/, id);
  });

  it("of the sign-in are the machine's alone, and count for nothing in a workspace that nobody trusts", () => {
    const ofSignIn = settings.filter(([id]) => id.startsWith('dataverseWebhooks.signIn.'));
    assert.ok(ofSignIn.length >= 6);
    for (const [id, { scope }] of ofSignIn) assert.equal(scope, 'machine', id);
    assert.deepEqual(
      manifest.capabilities.untrustedWorkspaces['restrictedConfigurations'],
      ofSignIn.map(([id]) => id),
    );
  });
});

describe('The walkthrough', () => {
  const { walkthroughs } = contributes;

  it('is one, with at most four steps that each do something and end with it', () => {
    assert.equal(walkthroughs.length, 1);
    for (const { steps } of walkthroughs) {
      assert.ok(steps.length >= 1 && steps.length <= 4);
      for (const { id, description, media, completionEvents } of steps) {
        const [, command] = /\(command:([\w.]+)\)/.exec(localized(description)) ?? [];
        assert.ok(
          COMMANDS.some((known) => known === command),
          id,
        );
        assert.ok(completionEvents.length > 0, id);
        assert.ok(media.altText, id);
      }
    }
  });

  it('has pictures that are drawn in the colours of the theme', () => {
    for (const { media, id } of walkthroughs.flatMap(({ steps }) => steps)) {
      const picture = readFileSync(path.join(ROOT, media.svg), 'utf8');
      const colours = [...picture.matchAll(/(?:fill|stroke)="([^"]+)"/g)].map(([, colour]) => colour ?? '');
      assert.ok(colours.length > 5, id);
      for (const colour of colours) assert.match(colour, /^(none|var\(--vscode-.+\))$/, id);
    }
  });

  it('ends its steps with events that can come', () => {
    for (const event of walkthroughs.flatMap(({ steps }) => steps.flatMap((step) => step.completionEvents))) {
      const [, kind, what] = /^(onCommand|onContext|onView):([\w.]+)$/.exec(event) ?? [];
      const known: Readonly<Record<string, readonly string[]>> = {
        onCommand: COMMANDS,
        onContext: clauses().flatMap((clause) => clause.match(/dataverseWebhooks\.\w+/g) ?? []),
        onView: Object.values(contributes.views).flatMap((views) => views.map(({ id }) => id)),
      };
      assert.ok(known[kind ?? '']?.includes(what ?? ''), event);
    }
  });
});

describe('The texts of the manifest', () => {
  it('are free of words that say nothing', () => {
    for (const [key, text] of Object.entries(strings))
      assert.doesNotMatch(text, /\b(please|successfully|simply|easily|powerful)\b/i, key);
  });
});

/** Backgrounds of the side bar and of a selected row, of the themes that the editor brings, by kind. */
const BACKGROUNDS = {
  dark: ['#181818', '#252526', '#1F1F1F', '#04395E', '#37373D'],
  light: ['#F8F8F8', '#F3F3F3', '#FFFFFF', '#E8E8E8', '#E4E6F1'],
  highContrast: ['#000000'],
  highContrastLight: ['#FFFFFF'],
} as const;

/** Relative luminance (WCAG 2.2) of `#RRGGBB`. */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

describe('The colours of environments', () => {
  it('are those that can be chosen', () => {
    assert.deepEqual(
      contributes.colors.map(({ id }) => id),
      ENVIRONMENT_COLORS.map((color) => `dataverseWebhooks.environment.${color}`),
    );
  });

  it('stand out from the rows of every kind of theme, as icons must (3 to 1)', () => {
    for (const { id, defaults } of contributes.colors)
      for (const kind of ['dark', 'light', 'highContrast', 'highContrastLight'] as const)
        for (const background of BACKGROUNDS[kind])
          assert.ok(
            contrast(defaults[kind], background) >= 3,
            `${id} on ${background}: ${contrast(defaults[kind], background).toFixed(2)}`,
          );
  });

  it('differ from each other in every kind of theme', () => {
    for (const kind of ['dark', 'light', 'highContrast', 'highContrastLight'] as const)
      assert.equal(
        new Set(contributes.colors.map(({ defaults }) => defaults[kind])).size,
        contributes.colors.length,
      );
  });
});
