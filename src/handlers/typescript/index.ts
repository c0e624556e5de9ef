import { nameTable } from '../names';
import type { GeneratedFile, GeneratedHandler, HandlerRequest } from '../model';
import { fileText } from '../text';
import { columnsFile } from './columns';
import { EXPRESS_SERVER, FAILURES, NODE_SERVER, WEBHOOK } from './core.data';
import {
  functionsFile,
  functionsHostFiles,
  gitignoreFile,
  packageFile,
  projectName,
  testFile,
  tsconfigFile,
} from './projectFiles';
import { authenticationFile, columnsModule, deliveryFile, onDeliveryFile, readBackFile } from './stepFiles';
import { EXECUTION_CONTEXT } from './wireTypes.data';

/** A handler in TypeScript: the logic knows no framework, one file connects it with what receives the requests. */
export function typeScriptHandler(
  request: HandlerRequest & { readonly kind: 'node' | 'express' | 'functionsTypeScript' },
): GeneratedHandler {
  const { kind, step, auth } = request;
  const name = projectName(step);
  const server = { node: NODE_SERVER, express: EXPRESS_SERVER, functionsTypeScript: undefined }[kind];
  const source = (path: string, text: string): GeneratedFile => ({
    path: `src/${path}`,
    text: fileText(text),
  });
  const table = step.table === undefined ? undefined : nameTable(step.table);
  const files: readonly GeneratedFile[] = [
    source('onDelivery.ts', onDeliveryFile(step)),
    source('webhook.ts', WEBHOOK),
    source('authentication.ts', authenticationFile(auth)),
    source('delivery.ts', deliveryFile(step)),
    source('readBack.ts', readBackFile(step)),
    source('failures.ts', FAILURES),
    source('executionContext.ts', EXECUTION_CONTEXT),
    ...(table === undefined
      ? []
      : [source(`${columnsModule(table)}.ts`, columnsFile(table, './executionContext.ts'))]),
    ...(server === undefined
      ? [functionsFile(name), ...functionsHostFiles()]
      : [source('server.ts', server)]),
    testFile(request),
    { path: 'test/sample.json', text: fileText(request.sampleBody) },
    packageFile(name, kind),
    tsconfigFile(kind),
    gitignoreFile(),
  ];
  return { name, files, mainFile: 'src/onDelivery.ts' };
}
