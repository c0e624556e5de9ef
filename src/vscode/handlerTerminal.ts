import { spawn, type ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import * as vscode from 'vscode';
import { systemClock } from '../base/clock';
import { isCancellation, toError } from '../base/errors';
import { listen } from '../delivery/log/listener';
import { deliveryName, outcomeText } from '../presentation/deliveries/deliveryTexts';
import { readTaskSettings, type TaskSettings } from '../presentation/handlers/taskSettings';
import type { Services } from './commands/services';
import { withListener, withSandbox, type HandlerSession } from './handlerSession';
import { SANDBOX_ID } from './sandboxEnvironment';

/** What the problem matcher of the tasks looks for. They are no sentences: a translated one would never be found. */
const STARTING = '[dataverse-webhooks] starting';
const READY = '[dataverse-webhooks] ready';

/** Milliseconds that a handler has until it listens, and between two looks. */
const HANDLER_LIMIT = 60_000;
const LOOK_AFTER = 200;

/** The terminal of one task: what is started ends with it. */
export class HandlerTerminal implements vscode.Pseudoterminal {
  readonly #services: Services;
  readonly #definition: unknown;
  readonly #name: string;
  readonly #written = new vscode.EventEmitter<string>();
  readonly #closed = new vscode.EventEmitter<number>();
  readonly #abort = new AbortController();
  readonly #ends: Array<() => Promise<void> | void> = [];
  readonly onDidWrite = this.#written.event;
  readonly onDidClose = this.#closed.event;

  constructor(services: Services, definition: unknown, name: string) {
    this.#services = services;
    this.#definition = definition;
    this.#name = name;
  }

  open(): void {
    // A window that is closed ends no terminal of an extension by itself, and the handler is a process of its own.
    const { lifetime } = this.#services;
    lifetime.addEventListener('abort', () => void this.#end(1), { signal: this.#abort.signal });
    void this.#run();
  }

  /** Ctrl+C ends it, as in any terminal. */
  handleInput(data: string): void {
    if (data.includes('\u0003')) void this.#end(0);
  }

  close(): void {
    void this.#end(0);
  }

  async #run(): Promise<void> {
    this.#line(STARTING);
    const reading = readTaskSettings(this.#definition, this.#name);
    try {
      if (!reading.ok) throw new Error(reading.text);
      const address = await this.#start(reading.settings);
      if (!this.#abort.signal.aborted) this.#line(`${READY} ${address}`);
    } catch (error) {
      if (!isCancellation(error)) this.#line(toError(error).message);
      await this.#end(1);
    }
  }

  /** @returns where the sandbox or the listener is */
  async #start(settings: TaskSettings): Promise<string> {
    const signal = AbortSignal.any([this.#abort.signal, this.#services.lifetime]);
    const session = await this.#session(settings, signal);
    this.#ends.push(session.end);
    signal.throwIfAborted();
    this.#showDeliveries(session.address);
    if (settings.handler === undefined || settings.command === undefined) return session.address;
    const { url } = settings.handler;
    this.#startHandler(settings.command, settings.cwd, session.env);
    await listening(new URL(url), signal);
    return session.address;
  }

  async #session(settings: TaskSettings, signal: AbortSignal): Promise<HandlerSession> {
    const { handler, port } = settings;
    if (settings.with === 'sandbox') {
      if (handler === undefined) return this.#sandbox(signal);
      const session = await withSandbox(this.#services, handler, signal);
      if (session === undefined) throw new Error(vscode.l10n.t('The handler could not be registered.'));
      return session;
    }
    if (handler !== undefined) return withListener(this.#services, { ...handler, port }, signal);
    const options = { port, status: 200, delay: 0, body: '', authentication: undefined, forward: undefined };
    const { log, listening: own } = this.#services.deliveries;
    const listener = await listen(options, log, own.forwarder);
    return { address: listener.url, env: {}, end: () => listener.close() };
  }

  /** A sandbox that was there before stays when the task ends. */
  async #sandbox(signal: AbortSignal): Promise<HandlerSession> {
    const { sandbox, connections } = this.#services;
    const before = connections.of(SANDBOX_ID);
    await sandbox.start(signal);
    return {
      address: connections.of(SANDBOX_ID)?.profile.url ?? '',
      env: {},
      end: () => (before === undefined ? sandbox.stop() : Promise.resolve()),
    };
  }

  /** A line for each delivery that came to the listener of this task. */
  #showDeliveries(address: string): void {
    const { log } = this.#services.deliveries;
    const shown = new Set(log.kept.records.map(({ id }) => id));
    const subscription = log.onDidChange(() => {
      for (const record of log.kept.records) {
        if (shown.has(record.id)) return;
        if (record.outcome === 'pending') continue;
        shown.add(record.id);
        if (record.request.url.startsWith(`${address}/`))
          this.#line(`${deliveryName(record)}: ${outcomeText(record)}`);
      }
    });
    this.#ends.push(() => subscription.dispose());
  }

  #startHandler(command: string, cwd: string | undefined, env: Readonly<Record<string, string>>): void {
    const folder = cwd ?? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    this.#line(`> ${command}`);
    const posix = process.platform !== 'win32';
    const child = spawn(posix ? withWatch(command) : command, {
      shell: true,
      ...(folder === undefined ? {} : { cwd: folder }),
      env: { ...process.env, ...env },
      // A group of its own, so that what the shell starts ends with it.
      detached: posix,
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text: Buffer) =>
        this.#written.fire(text.toString('utf8').replace(/\r?\n/g, '\r\n')),
      );
    child.on('error', (error) => {
      this.#line(error.message);
      void this.#end(1);
    });
    child.on('exit', (code) => void this.#end(code ?? 1));
    this.#ends.push(() => endGroup(child));
  }

  #line(text: string): void {
    this.#written.fire(`${text.replace(/\r?\n/g, '\r\n')}\r\n`);
  }

  async #end(code: number): Promise<void> {
    if (this.#abort.signal.aborted) return;
    this.#abort.abort();
    for (const end of this.#ends.splice(0).reverse()) {
      try {
        await end();
      } catch (error) {
        this.#services.report.background(error, 'What was started for a task did not end.');
      }
    }
    this.#closed.fire(code);
    this.#written.dispose();
    this.#closed.dispose();
  }
}

/**
 * A line for a POSIX shell that ends the whole group when its input closes: an editor that is killed can end nothing by
 * itself any more, but the system closes its pipes.
 */
function withWatch(command: string): string {
  return `exec 3<&0; (cat <&3 >/dev/null 2>&1; kill -TERM 0) >/dev/null 2>&1 & (\n${command}\n) 3<&- </dev/null`;
}

function endGroup(child: ChildProcess): void {
  child.stdin?.destroy();
  if (child.pid === undefined || child.exitCode !== null) return;
  if (process.platform === 'win32') spawn('taskkill', ['/pid', String(child.pid), '/T', '/F']);
  else {
    try {
      process.kill(-child.pid);
    } catch {
      // It has ended meanwhile.
    }
  }
}

/** Resolves when something takes connections at an address. @throws CancelledError, or an error when nothing does in time */
async function listening(url: URL, signal: AbortSignal): Promise<void> {
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const end = systemClock.now() + HANDLER_LIMIT;
  while (!(await takesConnections(url.hostname.replace(/^\[|\]$/g, ''), port))) {
    if (systemClock.now() > end)
      throw new Error(vscode.l10n.t('The handler does not listen at {url}.', { url: url.origin }));
    await systemClock.delay(LOOK_AFTER, signal);
  }
}

function takesConnections(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (taken: boolean): void => {
      socket.destroy();
      resolve(taken);
    };
    socket.on('connect', () => settle(true));
    socket.on('error', () => settle(false));
  });
}
