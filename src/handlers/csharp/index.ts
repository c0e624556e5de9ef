import type { GeneratedFile, GeneratedHandler, HandlerRequest } from '../model';
import { fileText } from '../text';
import { gitignoreFile, projectName } from '../typescript/projectFiles';
import { columnsFile } from './columns';
import { EXECUTION_CONTEXT, FAILURES, WEBHOOK } from './core.data';
import { aspNetFiles, functionsFiles, testFiles } from './projectFiles';
import { authenticationFile, deliveryFile, onDeliveryFile, readBackFile } from './stepFiles';

/** A handler in C#: the logic knows no framework, one file connects it with what receives the requests. */
export function cSharpHandler(
  request: HandlerRequest & { readonly kind: 'functionsCSharp' | 'aspNetMinimal' },
): GeneratedHandler {
  const { kind, step, auth } = request;
  const name = projectName(step);
  const source = (path: string, text: string): GeneratedFile => ({
    path: `src/${path}`,
    text: fileText(text),
  });
  const table = step.table;
  const files: readonly GeneratedFile[] = [
    source('OnDelivery.cs', onDeliveryFile(step)),
    source('Webhook.cs', WEBHOOK),
    source('Authentication.cs', authenticationFile(auth)),
    source('Delivery.cs', deliveryFile(step)),
    source('ReadBack.cs', readBackFile(step)),
    source('Failures.cs', FAILURES),
    source('ExecutionContext.cs', EXECUTION_CONTEXT),
    ...(table === undefined ? [] : [source('Columns.cs', columnsFile(table))]),
    ...(kind === 'aspNetMinimal' ? aspNetFiles() : functionsFiles(name)),
    ...testFiles(request),
    { path: 'tests/sample.json', text: fileText(request.sampleBody) },
    gitignoreFile(),
  ];
  return { name, files, mainFile: 'src/OnDelivery.cs' };
}
