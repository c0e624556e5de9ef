import { columnsFile as cSharpColumns } from './csharp/columns';
import { EXECUTION_CONTEXT as CSHARP_CONTEXT } from './csharp/core.data';
import { cSharpHandler } from './csharp';
import { debugConfigurations } from './debugFiles';
import { deliverySchema } from './jsonSchema';
import type { GeneratedHandler, HandlerRequest, HandlerStep, TypeLanguage } from './model';
import { readmeText } from './readme';
import { typesAlone } from './typescript/columns';
import { typeScriptHandler } from './typescript';
import { WIRE_TYPES } from './typescript/wireTypes.data';

/**
 * A handler for the deliveries of a step, as files. Nothing of an environment is in it but names, labels and choices: no
 * secret, no address.
 */
export function generateHandler(request: HandlerRequest): GeneratedHandler {
  const made = handlerOf(request);
  const readme = { path: 'README.md', text: readmeText(request, made.name) };
  return { ...made, files: [...made.files, readme] };
}

function handlerOf(request: HandlerRequest): GeneratedHandler {
  switch (request.kind) {
    case 'node':
    case 'express':
    case 'functionsTypeScript':
      return typeScriptHandler({ ...request, kind: request.kind });
    case 'functionsCSharp':
    case 'aspNetMinimal':
      return cSharpHandler({ ...request, kind: request.kind });
  }
}

/** The debug configurations that start the handler with the sandbox or the listener. `folder` is the handler's. */
export function handlerDebugging(request: HandlerRequest, name: string, folder: string): readonly object[] {
  return debugConfigurations(request, name, folder);
}

/** The types of the columns of a step's table, or the schema of its deliveries, as one text. */
export function generateTypes(language: TypeLanguage, step: HandlerStep): string | undefined {
  if (language === 'jsonSchema') return `${JSON.stringify(deliverySchema(step), undefined, 2)}\n`;
  if (step.table === undefined) return undefined;
  if (language === 'typescript') return typesAlone(step.table, WIRE_TYPES);
  return joinCSharp(CSHARP_CONTEXT, cSharpColumns(step.table));
}

/** One file of two: the directives and usings of both come first, each once. */
function joinCSharp(...texts: readonly string[]): string {
  const heads = texts.map((text) => text.slice(0, text.indexOf('namespace ')));
  const usings = [
    ...new Set(heads.flatMap((head) => head.split('\n').filter((line) => line.startsWith('using ')))),
  ];
  const bodies = texts.map((text, index) => text.slice(heads[index]?.length ?? 0).trim());
  return ['#nullable enable', ...usings.sort(), '', bodies.join('\n\n'), ''].join('\n');
}
