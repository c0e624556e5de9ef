import * as vscode from 'vscode';
import { systemClock } from '../../base/clock';
import { DisposableStore, type Disposable } from '../../base/disposable';
import { Emitter } from '../../base/event';
import type { Table } from '../../dataverse/metadata';
import { EnvironmentGuardError } from '../../environments/guardedApi';
import type { Log } from '../../base/log';
import type { Job, JobScope } from '../../jobs/model';
import { choicesOf } from '../../presentation/jobs/choices';
import type { JobsPage } from '../../presentation/jobs/jobsPage';
import type { TraceSection } from '../../presentation/jobs/traceSection';
import { JobsReport } from '../../presentation/jobs/jobsReport';
import type { JobsReportOptions } from '../../presentation/jobs/jobsReportOptions';
import { jobsPanelState, tabTitleOf, writtenPanelState } from '../../presentation/jobs/panelState';
import {
  FromJobsPage,
  KeptJobsPanel,
  type Choices,
  type Bookmark,
  type ExportFormat,
  type JobLink,
  type JobRemedy,
  type JobsPanelState,
} from '../../protocol/jobs';
import { dispatch } from '../../protocol/message';
import { asAct } from '../act';
import type { Connection, Connections } from '../connections';
import { contextFlag } from '../contextKeys';
import type { EnvironmentStates } from '../environmentStates';
import { stepsOf, type EnvironmentState } from '../../presentation/tree/environmentState';
import type { Report } from '../report';
import { exportPort, RunningExports, spoolNotes } from './exportPort';
import { tableOfQuery } from '../../queries/queryTable';
import { headingsOf } from '../../queries/resultHeadings';
import { withSchema } from '../../queries/schema';
import type { WrittenQuery } from '../../queries/written';
import { panelQueries, type QueryHandlers } from '../queries/panelQueries';
import type { QueryParts } from '../queries/queryParts';
import { jobQuestions } from './jobQuestions';
import { pageOf, signInOf } from './jobsPage';
import { usualPeriod } from './jobsSettings';
import { JOBS_PANEL } from './lazyPanels';
import { traceHandlers, traceSection } from './traceParts';
import { webviewHtml } from './webviewHtml';

interface OpenPanel {
  readonly panel: vscode.WebviewPanel;
  readonly report: JobsReport;
  readonly traces: TraceSection;
  readonly connection: Connection;
  /** What the environment is called in the panel. */
  readonly shownName: { now: string };
  readonly store: DisposableStore;
}

/** What works behind one page. */
interface PanelParts {
  readonly report: JobsReport;
  readonly traces: TraceSection;
  readonly queries: QueryHandlers;
  readonly connection: Connection;
}

/** A link of a job that was followed, or a remedy that was chosen. */
export interface FollowedLink {
  readonly connection: Connection;
  readonly link: Exclude<JobLink, 'correlation'> | JobRemedy;
  readonly job: Pick<Job, 'id' | 'stepId' | 'webhook' | 'regarding'>;
}

/** The job reports of this window: one panel for each environment. */
export class JobsPanels implements Disposable, vscode.WebviewPanelSerializer {
  readonly #extensionUri: vscode.Uri;
  readonly #connections: Connections;
  readonly #report: Report;
  readonly #log: Log;
  readonly #states: EnvironmentStates;
  readonly #queries: QueryParts;
  readonly #open = new Map<string, OpenPanel>();
  readonly #exports: RunningExports;
  readonly #listening: Disposable;
  readonly #watching = contextFlag('dataverseWebhooks.watchingJobs');
  readonly #exportable = contextFlag('dataverseWebhooks.jobsExportable');
  readonly #follows = new Emitter<FollowedLink>();
  /** Fires when somebody wants to go where a job leads to, or to do something about it. */
  readonly onFollow = this.#follows.event;

  constructor(
    { extensionUri, globalStorageUri }: Pick<vscode.ExtensionContext, 'extensionUri' | 'globalStorageUri'>,
    connections: Connections,
    states: EnvironmentStates,
    queries: QueryParts,
    log: Log,
  ) {
    this.#states = states;
    this.#extensionUri = extensionUri;
    this.#connections = connections;
    this.#report = queries.report;
    this.#queries = queries;
    this.#log = log;
    this.#exports = new RunningExports(spoolNotes(globalStorageUri, log));
    this.#listening = connections.onDidChange(() => this.#rename());
  }

  /** Reports that are open follow their environments to new names. */
  #rename(): void {
    for (const [id, { report, shownName }] of this.#open) {
      const name = this.#connections.of(id)?.profile.name;
      if (name === undefined || name === shownName.now) continue;
      shownName.now = name;
      report.renamed();
    }
  }

  /** Shows the failed jobs of a scope; a panel of the environment that is open already is used again. */
  show(connection: Connection, scope: JobScope, name: string, period = usualPeriod()): void {
    this.#show(connection, jobsPanelState(connection.profile.id, scope, name, period));
  }

  /** Runs a query that was written elsewhere, in the panel of the environment. */
  showQuery(connection: Connection, query: WrittenQuery): void {
    // The query that it came from stays in sight.
    const state = writtenPanelState(connection.profile, query, usualPeriod());
    this.#show(connection, state, vscode.ViewColumn.Beside);
  }

  #show(
    connection: Connection,
    state: JobsPanelState,
    column: vscode.ViewColumn = vscode.ViewColumn.Active,
  ): void {
    const open = this.#open.get(connection.profile.id);
    const panel =
      open?.panel ?? vscode.window.createWebviewPanel(JOBS_PANEL, '', column, { enableScripts: true });
    panel.reveal();
    this.#fill(panel, connection, state);
  }

  /** Brings a panel back after the window was reloaded, with the query it had, to where the reader was. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel, kept: unknown): Promise<void> {
    const before = KeptJobsPanel.safeParse(kept);
    const connection = before.success ? this.#connections.of(before.data.environmentId) : undefined;
    // An environment that is gone, or a state of another version: there is nothing to show.
    if (!before.success || connection === undefined) panel.dispose();
    else {
      const { bookmark, ...state } = before.data;
      this.#fill(panel, connection, state, bookmark);
    }
    return Promise.resolve();
  }

  /** The report with the focus, or the only one that can be seen. */
  get active(): JobsReport | undefined {
    return this.#activePanel()?.report;
  }

  /** Reads the active report anew. */
  async refresh(): Promise<void> {
    const open = this.#activePanel();
    await Promise.all([open?.report.refresh(), open?.traces.refresh()]);
  }

  /** Exports the rows of the active report. */
  async export(format: ExportFormat): Promise<void> {
    const open = this.#activePanel();
    await open?.report.export(exportPort(this.#report, open.connection.profile, this.#exports), format);
  }

  #activePanel(): OpenPanel | undefined {
    const panels = [...this.#open.values()];
    return panels.find(({ panel }) => panel.active) ?? panels.find(({ panel }) => panel.visible);
  }

  #keepContext(): void {
    const { active } = this;
    this.#watching(active?.isWatching === true);
    this.#exportable(active?.canExport === true);
  }

  /** How the columns of any result are called, and its rows are found and gone to. */
  #rowLinks(connection: Connection): Pick<JobsReportOptions, 'tableOf' | 'onRow' | 'headings'> {
    return {
      headings: (query, keys, signal) =>
        withSchema(connection.metadata, signal, (schema) => headingsOf(query, keys, schema)),
      tableOf: (query) => this.#tableOf(connection, query),
      onRow: (row) => {
        const regarding = row === undefined ? undefined : { ...row, name: '' };
        this.#follows.fire({ connection, link: 'row', job: { id: '', regarding } });
      },
    };
  }

  /** Where the tables cannot be read, the row of a result is not known. */
  async #tableOf({ metadata }: Connection, query: WrittenQuery): Promise<Table | undefined> {
    try {
      return tableOfQuery(query, await metadata.tables(this.#exports.ended));
    } catch (error) {
      this.#report.background(error, 'The tables of a query could not be looked up.');
      return undefined;
    }
  }

  /** The window lets go: resolves when no export is being written any more. */
  leave(): Promise<void> {
    return this.#exports.end();
  }

  dispose(): void {
    void this.#exports.end();
    this.#listening.dispose();
    for (const { panel } of [...this.#open.values()]) panel.dispose();
    this.#follows.dispose();
  }

  #fill(
    panel: vscode.WebviewPanel,
    connection: Connection,
    state: JobsPanelState,
    bookmark?: Bookmark,
  ): void {
    const { id, name } = connection.profile;
    this.#open.get(id)?.store.dispose();
    const store = new DisposableStore();
    const shownName = { now: name };
    this.#dress(panel, tabTitleOf(state, name));
    const page = pageOf(panel.webview);
    const loadedState = (): Promise<EnvironmentState> => this.#loadedState(id);
    const traces = store.add(
      traceSection(connection, this.#report, loadedState, (params) => page.traces(params)),
    );
    const report = store.add(
      new JobsReport({
        get environmentName() {
          return shownName.now;
        },
        jobs: connection.jobs,
        page: this.#pageOf(panel, page, traces, shownName),
        state,
        bookmark,
        questions: jobQuestions(this.#report, connection),
        choices: () => this.#choices(id),
        clipboard: (text) => void vscode.env.clipboard.writeText(text),
        clock: systemClock,
        onWatch: () => this.#keepContext(),
        onFollow: (link, job) => this.#follows.fire({ connection, link, job }),
        ...this.#rowLinks(connection),
        ...signInOf(connection.profile),
        onWritten: (query) => void this.#queries.history.keep(id, query),
        onFailure: (error) => this.#report.background(error, 'The query of the job report failed.'),
      }),
    );
    const queries = store.add(panelQueries(this.#queries, connection, panel.webview));
    store.add(
      panel.webview.onDidReceiveMessage((message: unknown) =>
        this.#receive({ report, traces, queries, connection }, message),
      ),
    );
    this.#open.set(id, { panel, store, report, traces, shownName, connection });
    const seen = (): void => {
      report.seen(panel.visible);
      this.#keepContext();
    };
    seen();
    store.add(panel.onDidChangeViewState(seen));
    store.add(panel.onDidDispose(() => this.#closed(id, panel)));
    this.#load(panel);
  }

  /** The page, whose tab, menus and trace log follow what it is told. */
  #pageOf(
    panel: vscode.WebviewPanel,
    page: JobsPage,
    traces: TraceSection,
    shownName: { readonly now: string },
  ): JobsPage {
    return {
      ...page,
      run: (shown) => {
        page.run(shown);
        this.#keepContext();
      },
      grid: (shown) => {
        page.grid(shown);
        this.#keepContext();
      },
      state: (shown) => {
        page.state(shown);
        panel.title = tabTitleOf(shown, shownName.now);
        void traces.about(shown);
      },
    };
  }

  /** The page itself, from the beginning. */
  #load(panel: vscode.WebviewPanel): void {
    panel.webview.options = {
      enableScripts: true,
      localResourceRoots: [this.#uri('dist', 'webview'), this.#uri('media')],
    };
    panel.webview.html = this.#html(panel);
  }

  #dress(panel: vscode.WebviewPanel, title: string): void {
    panel.title = title;
    panel.iconPath = {
      light: this.#uri('media', 'jobs-light.svg'),
      dark: this.#uri('media', 'jobs-dark.svg'),
    };
  }

  #closed(id: string, panel: vscode.WebviewPanel): void {
    const open = this.#open.get(id);
    if (open?.panel !== panel) return;
    this.#open.delete(id);
    open.store.dispose();
    this.#keepContext();
  }

  #receive({ report, traces, queries, connection }: PanelParts, message: unknown): void {
    const revealStep = (stepId: string): void =>
      this.#follows.fire({ connection, link: 'step', job: { id: '', stepId, regarding: undefined } });
    const outcome = dispatch(
      FromJobsPage,
      {
        ...queries,
        ...traceHandlers(traces, report, connection, this.#queries, revealStep),
        ready: ({ timeZone }) => {
          report.ready(timeZone);
          traces.ready(report.state, timeZone);
        },
        run: ({ language, text }) => void report.run(language, text),
        filter: (fields) => void report.filter(fields),
        cancel: () => report.cancel(),
        more: () => void report.more(),
        goOn: () => void report.goOn(),
        all: () => void report.all(),
        window: ({ version, from, count }) => report.window(version, from, count),
        place: ({ version, place }) => report.moved(version, place),
        sort: ({ sorting }) => void report.sort(sorting),
        group: ({ group }) => report.choose(group),
        act: ({ action }) => void asAct(() => report.act(action)),
        copyRows: ({ what, row, column }) => report.copy(what, row, column),
        refresh: () => {
          void report.refresh();
          void traces.refresh();
        },
        watch: ({ on }) => report.watch(on),
        export: ({ format }) =>
          void report.export(exportPort(this.#report, connection.profile, this.#exports), format),
        open: ({ id }) => void report.open(id),
        remedy: ({ id, remedy }) => void report.follow(remedy, id),
        follow: ({ id, link }) => void report.follow(link, id),
        endCorrelated: () => void report.endCorrelated(),
        close: () => report.close(),
        copy: ({ text }) => void vscode.env.clipboard.writeText(text),
      },
      message,
    );
    if (outcome !== 'handled') this.#log.warn(`Job report: a message of the page was ignored (${outcome})`);
  }

  /** What the tree knows, or would load; not complete only where it cannot be loaded. */
  async #loadedState(environmentId: string): Promise<EnvironmentState> {
    if (this.#connections.of(environmentId) === undefined)
      throw new EnvironmentGuardError('removed', `${environmentId} was removed from the list`);
    const state = (): EnvironmentState => this.#states.of(environmentId);
    if (!state().complete) await this.#states.load(environmentId);
    // Another load has taken its place meanwhile.
    if (!state().complete && state().phase === 'loading') await this.#states.load(environmentId);
    return state();
  }

  async #choices(environmentId: string): Promise<Choices> {
    const state = await this.#loadedState(environmentId);
    return choicesOf(
      state.webhooks.map(({ id, name, url }) => ({ id, name, url, steps: stepsOf(state, id) })),
    );
  }

  #uri(...segments: string[]): vscode.Uri {
    return vscode.Uri.joinPath(this.#extensionUri, ...segments);
  }

  #html(panel: vscode.WebviewPanel): string {
    const { webview } = panel;
    const address = (...segments: string[]): string =>
      webview.asWebviewUri(this.#uri(...segments)).toString();
    return webviewHtml({
      title: panel.title,
      cspSource: webview.cspSource,
      script: address('dist', 'webview', 'jobs.js'),
      styles: [address('media', 'jobs.css')],
      language: vscode.env.language,
    });
  }
}
