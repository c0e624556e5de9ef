import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { after, afterEach, before } from 'mocha';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launchChromium } from '../../scripts/host/chromium';
import { inPackage, ROOT } from '../../scripts/host/paths';
import { FromJobsPage, ToJobsPage } from '../../src/protocol/jobs';
import { webviewHtml } from '../../src/vscode/panels/webviewHtml';
import type { Show } from './fixtures';
import { THEMES, type ThemeName } from './themes.data';

declare global {
  interface Window {
    /** What the stand-in for the editor's API keeps; a test reads it. */
    standIn: { posted: unknown[]; state: unknown; violations: string[] };
    /** Set by markup that should never have run. */
    ran?: string;
  }
}

/**
 * Runs in the page before its script: what VS Code gives a webview, and a list of what the policy refused. As text,
 * because the loader of the tests adds calls to functions that a page does not have. What is posted or kept is copied
 * on the way, as in VS Code.
 */
function standIn(kept: unknown): string {
  return `
    window.standIn = { posted: [], state: ${kept === undefined ? 'undefined' : JSON.stringify(kept)}, violations: [] };
    document.addEventListener('securitypolicyviolation', (event) => {
      standIn.violations.push(event.violatedDirective + ': ' + event.blockedURI);
    });
    let acquired = false;
    window.acquireVsCodeApi = () => {
      if (acquired) throw new Error('The API may be acquired once.');
      acquired = true;
      return {
        postMessage: (message) => void standIn.posted.push(structuredClone(message)),
        getState: () => standIn.state,
        setState: (state) => (standIn.state = structuredClone(state)),
      };
    };`;
}

export interface OpenOptions {
  readonly theme?: ThemeName;
  readonly size?: { readonly width: number; readonly height: number };
  /** What `getState` answers at first. */
  readonly kept?: unknown;
  readonly context?: BrowserContextOptions;
}

/** The page in a browser, with the part of the extension that it talks to played by the test. */
export interface JobsPage {
  readonly page: Page;
  /** Sends the page one message, as it is. */
  receive(message: unknown): Promise<void>;
  show(params: Show): Promise<void>;
  run(params: Show['run']): Promise<void>;
  /** What the page posted since the last call; where the reader is, which it tells with every move, only when asked. */
  posted(withPlaces?: boolean): Promise<unknown[]>;
  /** Unfolds the query, which is folded at first. */
  unfoldQuery(): Promise<void>;
  /** What `setState` was given last. */
  state(): Promise<unknown>;
  /** A short word for the element with the focus: its id, `row N` for a first cell, or `row N, column`. */
  focus(): Promise<string>;
  /** What went wrong unseen: refused by the policy, thrown in the page, or run although it was data. */
  troubles(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** A browser, and a server on loopback that serves the built page with its real policy. */
export class PageHost {
  readonly #browser: Browser;
  readonly #server: Server;
  readonly #url: string;

  private constructor(browser: Browser, server: Server, url: string) {
    this.#browser = browser;
    this.#server = server;
    this.#url = url;
  }

  /** @param name which page: its script, and its styles in the order they are loaded. */
  static async start(name: 'jobs' | 'delivery' = 'jobs'): Promise<PageHost> {
    const styles = name === 'jobs' ? ['jobs'] : ['jobs', name];
    // Read once, so that a build beside the tests does not change the page under them.
    const files = new Map<string, readonly [string, Buffer]>([
      [`/${name}.js`, ['text/javascript', await readFile(path.join(ROOT, 'dist', 'webview', `${name}.js`))]],
    ]);
    for (const style of styles)
      files.set(`/${style}.css`, ['text/css', await readFile(path.join(ROOT, 'media', `${style}.css`))]);
    const server = createServer((request, response) => {
      const file = files.get(request.url ?? '');
      if (file !== undefined) {
        response.setHeader('content-type', file[0]).end(file[1]);
        return;
      }
      const isPage = request.url === '/';
      response.writeHead(isPage ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' });
      response.end(isPage ? pageOf(`http://${request.headers.host ?? ''}`, name, styles) : '');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The server has no port.');
    return new PageHost(await launchChromium(), server, `http://127.0.0.1:${address.port}/`);
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Opens the page in a context of its own and waits until its script runs. */
  async open(options: OpenOptions = {}): Promise<JobsPage> {
    const context = await this.#browser.newContext({
      viewport: options.size ?? { width: 1000, height: 700 },
      locale: 'en-US',
      ...options.context,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    const thrown: string[] = [];
    page.on('pageerror', (error) => thrown.push(error.message));
    page.on('dialog', (dialog) => {
      thrown.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.addInitScript({ content: standIn(options.kept) });
    await page.goto(this.#url);
    await setTheme(page, options.theme ?? 'dark');
    return jobsPage(page, thrown);
  }
}

/**
 * A host for the tests of a suite. After each test the page that it opened last is closed, and the test fails when
 * something went wrong there unseen.
 * @param name which page
 */
export function usePages(name: 'jobs' | 'delivery' = 'jobs'): {
  open(options?: OpenOptions): Promise<JobsPage>;
} {
  let host: PageHost | undefined;
  let opened: JobsPage | undefined;
  before(async () => {
    host = await PageHost.start(name);
  });
  after(() => host?.stop());
  afterEach(async () => {
    const troubles = await opened?.troubles();
    await opened?.close();
    opened = undefined;
    assert.deepEqual(troubles ?? [], []);
  });
  return {
    open: async (options) => {
      assert.ok(host);
      opened = await host.open(options);
      return opened;
    },
  };
}

/** The tag and the font of the page come from VS Code; the rest is the real thing. */
function pageOf(origin: string, name: string, styles: readonly string[]): string {
  return webviewHtml({
    title: name === 'jobs' ? 'Failed Jobs' : 'Delivery',
    cspSource: origin,
    script: `${origin}/${name}.js`,
    styles: styles.map((style) => `${origin}/${style}.css`),
    language: 'en',
  });
}

/** Sets the theme as VS Code does it: variables on the root element and a class on the body. */
export async function setTheme(page: Page, name: ThemeName): Promise<void> {
  await page.evaluate(
    ({ kind, variables }) => {
      const { style } = document.documentElement;
      for (const [variable, value] of Object.entries(variables)) {
        if (value === '') style.removeProperty(variable);
        else style.setProperty(variable, value);
      }
      document.body.className = kind;
    },
    { kind: THEMES[name].bodyClass, variables: THEMES[name].variables },
  );
}

function jobsPage(page: Page, thrown: readonly string[]): JobsPage {
  const receive = (message: unknown): Promise<void> =>
    page.evaluate(
      (data) =>
        new Promise<void>((resolve) => {
          // The page listens already, so when this listener is called it has dealt with the message.
          window.addEventListener('message', () => resolve(), { once: true });
          window.postMessage(data, '*');
        }),
      // As the editor does it: what is undefined is left out.
      message === undefined ? undefined : (JSON.parse(JSON.stringify(message)) as unknown),
    );
  return {
    page,
    receive,
    show: (params) => receive({ method: ToJobsPage.show.method, params }),
    run: (params) => receive({ method: ToJobsPage.run.method, params }),
    posted: async (withPlaces = false) => {
      const posted = await page.evaluate(() => window.standIn.posted.splice(0));
      return withPlaces ? posted : posted.filter((message) => !isPlace(message));
    },
    unfoldQuery: () => page.locator('#queryFoldHead').click(),
    state: () => page.evaluate(() => window.standIn.state),
    focus: () => page.evaluate(focusedElement),
    troubles: async () => [
      ...thrown,
      ...(await page.evaluate(() => [
        ...window.standIn.violations,
        ...(window.ran === undefined ? [] : [`ran: ${window.ran}`]),
      ])),
    ],
    close: () => page.context().close(),
  };
}

function isPlace(message: unknown): boolean {
  return JSON.stringify(message).startsWith(`{"method":"${FromJobsPage.place.method}"`);
}

function focusedElement(): string {
  const element = document.activeElement;
  if (!(element instanceof HTMLElement)) return '';
  const { column } = element.dataset;
  const row = element.closest('tr')?.dataset['index'];
  if (column !== undefined && row !== undefined) return `row ${row}${column === '0' ? '' : `, ${column}`}`;
  return element.id === '' ? element.tagName.toLowerCase() : element.id;
}

export interface Finding {
  readonly id: string;
  readonly impact: string | null | undefined;
  readonly nodes: readonly string[];
}

/**
 * What axe finds in the page as it is now. The policy does not hold for scripts that the browser's driver brings.
 * @param without rules that cannot judge this page, by their id
 */
export async function axeFindings(
  page: Pick<Page, 'evaluate'>,
  without: readonly string[] = [],
): Promise<readonly Finding[]> {
  const loaded = await page.evaluate(() => 'axe' in window);
  if (!loaded) await page.evaluate(await readFile(inPackage('axe-core', 'axe.min.js'), 'utf8'));
  return page.evaluate(async (off) => {
    interface Axe {
      run(
        context: Document,
        options: object,
      ): Promise<{
        violations: Array<{
          id: string;
          impact?: string | null;
          nodes: Array<{ html: string; failureSummary?: string }>;
        }>;
      }>;
    }
    const { axe } = window as unknown as { axe: Axe };
    const { violations } = await axe.run(document, {
      resultTypes: ['violations'],
      runOnly: {
        type: 'tag',
        values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      },
      rules: Object.fromEntries(off.map((id) => [id, { enabled: false }])),
    });
    return violations.map(({ id, impact, nodes }) => ({
      id,
      impact,
      nodes: nodes.slice(0, 3).map((node) => `${node.html} ${node.failureSummary ?? ''}`),
    }));
  }, without);
}
