import type { Disposable } from '../base/disposable';
import type { Log } from '../base/log';
import type { EnvironmentList } from '../environments/environmentList';
import type { EnvironmentProfile } from '../environments/profile';
import { parseSandboxAddress, type SandboxAddress } from '../environments/sandboxStart';
import { startSandbox, type RunningSandbox } from './sandboxProcess';

/** The sandbox's place in the list of environments. */
export const SANDBOX_ID = 'sandbox';

/** Variable through which `npm start` hands over a sandbox that is running already, as its one line of JSON. */
const RUNNING_SANDBOX_VARIABLE = 'DATAVERSE_WEBHOOKS_SANDBOX';

/** The local sandbox of this window: started here, or handed over by whoever started the editor. */
export class SandboxEnvironment implements Disposable {
  readonly #list: EnvironmentList;
  readonly #log: Log;
  readonly #script: string;
  readonly #name: string;
  #running: RunningSandbox | undefined;
  #starting: Promise<void> | undefined;

  constructor(list: EnvironmentList, log: Log, options: { readonly script: string; readonly name: string }) {
    this.#list = list;
    this.#log = log;
    this.#script = options.script;
    this.#name = options.name;
  }

  /** Takes over a sandbox named by the environment variable; false when there is none. */
  async adopt(variables: Readonly<Record<string, string | undefined>>): Promise<boolean> {
    const address = parseSandboxAddress(variables[RUNNING_SANDBOX_VARIABLE] ?? '');
    if (address === undefined) return false;
    await this.#add(address);
    return true;
  }

  /** Starts a sandbox, unless one is in the list or on its way, and adds it. */
  async start(signal: AbortSignal): Promise<void> {
    if (this.#list.find(SANDBOX_ID) !== undefined) return;
    this.#starting ??= this.#start(signal).finally(() => (this.#starting = undefined));
    await this.#starting;
  }

  async #start(signal: AbortSignal): Promise<void> {
    const running = await startSandbox(this.#script, this.#log, signal);
    this.#running = running;
    await this.#add(running.address);
    void running.ended.then(() => this.#ended(running));
  }

  /** True while a sandbox runs that ends with this window, and its data with it. */
  get isOwn(): boolean {
    return this.#running !== undefined;
  }

  /** Ends the sandbox and takes it out of the list. */
  async stop(): Promise<void> {
    this.#running?.dispose();
    this.#running = undefined;
    await this.#list.remove(SANDBOX_ID);
  }

  dispose(): void {
    this.#running?.dispose();
    this.#running = undefined;
  }

  async #add(address: SandboxAddress): Promise<void> {
    const profile: EnvironmentProfile = {
      id: SANDBOX_ID,
      name: this.#name,
      url: address.url,
      signIn: 'token',
      sandbox: true,
    };
    await this.#list.add(profile, address.token);
  }

  /** A sandbox that ended by itself leaves the list, so that it can be started again. */
  async #ended(running: RunningSandbox): Promise<void> {
    if (this.#running !== running) return;
    this.#running = undefined;
    this.#log.warn('Sandbox: the process has ended');
    await this.#list.remove(SANDBOX_ID);
  }
}
