import * as l10n from '@vscode/l10n';
import type { Table } from '../../dataverse/metadata';
import type { Named } from '../../queries/complete';
import { OPERATORS } from '../../queries/fetchLanguage.data';

export type NamedTable = Pick<Table, 'label' | 'logicalName' | 'entitySetName'>;

/** What is told of a name in a query, line by line. */
export function namedText(named: Named, table: NamedTable | undefined): readonly string[] {
  switch (named.kind) {
    case 'table':
      return [
        l10n.t('Table "{label}"', { label: table?.label ?? named.table }),
        ...(table?.entitySetName === undefined
          ? []
          : [l10n.t('In the Web API: {name}', { name: table.entitySetName })]),
      ];
    case 'column': {
      const { label, type } = named.column;
      return [
        l10n.t('Column "{label}" of {table}', { label, table: named.table }),
        l10n.t('Type: {type}', { type }),
      ];
    }
    case 'operator':
      return [operatorText(named.operator)];
  }
}

function operatorText(operator: string): string {
  switch (OPERATORS.get(operator)?.values) {
    case 'none':
      return l10n.t('The operator "{operator}" takes no value.', { operator });
    case 'two':
      return l10n.t('The operator "{operator}" takes two values, each in <value>.', { operator });
    case 'many':
      return l10n.t('The operator "{operator}" takes one value or more, each in <value>.', { operator });
    default:
      return l10n.t('The operator "{operator}" takes one value.', { operator });
  }
}
