import type { GeneratedFile, HandlerAuth, HandlerKind, HandlerStep } from './model';
import { secretPlaces } from './secrets';

/** Type of debug configuration that starts the sandbox or the listener together with a handler. */
export const DEBUG_TYPE = 'dataverseWebhooks';

/** Where a handler listens while it is debugged, and how the debugger starts it. */
function started(
  kind: HandlerKind,
  name: string,
  folder: string,
): { readonly url: string; readonly handler: object } {
  const node = {
    type: 'node',
    request: 'launch',
    cwd: folder,
    console: 'internalConsole',
    outputCapture: 'std',
    skipFiles: ['<node_internals>/**'],
  };
  switch (kind) {
    case 'node':
    case 'express':
      return {
        url: 'http://127.0.0.1:7071/',
        handler: {
          ...node,
          runtimeExecutable: 'node',
          runtimeArgs: ['--enable-source-maps', 'src/server.ts'],
        },
      };
    case 'functionsTypeScript':
      return {
        url: `http://127.0.0.1:7071/api/${name}`,
        handler: { ...node, runtimeExecutable: 'npm', runtimeArgs: ['start'] },
      };
    case 'functionsCSharp':
      return {
        url: `http://127.0.0.1:7071/api/${name}`,
        handler: { type: 'node-terminal', request: 'launch', command: 'func start', cwd: `${folder}/src` },
      };
    case 'aspNetMinimal':
      return {
        url: 'http://127.0.0.1:7071/',
        handler: { type: 'dotnet', request: 'launch', projectPath: `${folder}/src/Handler.csproj` },
      };
  }
}

/** What a debug configuration says about the step to register in the sandbox. */
function stepSettings(step: HandlerStep): object {
  return {
    message: step.message,
    ...(step.table === undefined ? {} : { table: step.table.name }),
    stage: step.stage,
    mode: step.asynchronous ? 'asynchronous' : 'synchronous',
    ...(step.filteringColumns.length === 0 ? {} : { filteringColumns: step.filteringColumns }),
    ...(step.images.length === 0
      ? {}
      : { images: step.images.map(({ alias, type, columns }) => ({ alias, type, columns })) }),
  };
}

/** The debug configurations of a handler. `folder` is the handler's folder as the editor writes it. */
export function debugConfigurations(
  request: { readonly kind: HandlerKind; readonly step: HandlerStep; readonly auth: HandlerAuth },
  name: string,
  folder: string,
): readonly object[] {
  const { url, handler } = started(request.kind, name, folder);
  const secrets = secretPlaces(request.auth).map((place) => ({ name: place.name, variable: place.variable }));
  const common = { type: DEBUG_TYPE, request: 'launch', url };
  const authentication = { type: request.auth.type, secrets };
  return [
    {
      name: `${name} with Sandbox`,
      ...common,
      with: 'sandbox',
      authentication,
      step: stepSettings(request.step),
      handler,
    },
    { name: `${name} with Listener`, ...common, with: 'listener', authentication, handler },
  ];
}

/** `launch.json` with the configurations. */
export function launchFile(configurations: readonly object[]): GeneratedFile {
  return {
    path: '.vscode/launch.json',
    text: `${JSON.stringify({ version: '0.2.0', configurations }, undefined, 2)}\n`,
  };
}
