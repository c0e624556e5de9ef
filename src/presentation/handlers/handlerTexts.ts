import * as l10n from '@vscode/l10n';
import type { HandlerKind, TypeLanguage } from '../../handlers/model';

/** What a kind of handler is called, and what it needs. */
export function kindTexts(kind: HandlerKind): { readonly label: string; readonly detail: string } {
  switch (kind) {
    case 'node':
      return { label: 'Node.js', detail: l10n.t('TypeScript, runs as it is: nothing has to be installed.') };
    case 'express':
      return { label: 'Express', detail: l10n.t('TypeScript on Node.js with one package.') };
    case 'functionsTypeScript':
      return {
        label: l10n.t('Azure Functions (TypeScript)'),
        detail: l10n.t('Programming model v4, started with the Functions Core Tools.'),
      };
    case 'functionsCSharp':
      return {
        label: l10n.t('Azure Functions (C#)'),
        detail: l10n.t('Isolated worker on .NET 10, started with the Functions Core Tools.'),
      };
    case 'aspNetMinimal':
      return { label: l10n.t('ASP.NET Core Minimal API'), detail: l10n.t('C# on .NET 10.') };
  }
}

/** What a language of types is called. */
export function languageTexts(language: TypeLanguage): { readonly label: string; readonly detail: string } {
  switch (language) {
    case 'typescript':
      return {
        label: 'TypeScript',
        detail: l10n.t('Interfaces of the columns as they travel, choices by name.'),
      };
    case 'csharp':
      return {
        label: 'C#',
        detail: l10n.t('A class that reads the columns, and an enum for each choice column.'),
      };
    case 'jsonSchema':
      return { label: 'JSON Schema', detail: l10n.t('Of whole deliveries of the step, draft 2020-12.') };
  }
}
