import * as vscode from 'vscode';
import { isCancellation } from '../../base/errors';
import { reasonText } from '../../presentation/texts/errorTexts';
import { groupLine, rowLine } from '../../presentation/texts/plainText';
import type { PickChoice, PickQuestion, Place } from '../../wizard/ui';
import { colorDisc } from '../environmentColors';
import { buttons, nameOf, type Where } from './openQuestion';

/** A row of a list: a choice, the name of a group, or the offer to load again. */
export interface Row<T> extends vscode.QuickPickItem {
  readonly choice?: PickChoice<T>;
  readonly reload?: boolean;
}

function rowsOf<T>(choices: ReadonlyArray<PickChoice<T>>): Array<Row<T>> {
  const rows: Array<Row<T>> = [];
  let group: string | undefined;
  for (const choice of choices) {
    if (choice.group !== undefined && choice.group !== group) {
      rows.push({ label: groupLine(choice.group), kind: vscode.QuickPickItemKind.Separator });
    }
    group = choice.group;
    rows.push(rowOf(choice));
  }
  return rows;
}

export function rowOf<T>(choice: PickChoice<T>): Row<T> {
  return {
    choice,
    label: rowLine(choice.label),
    ...iconOf(choice),
    ...(choice.description === undefined ? {} : { description: rowLine(choice.description) }),
    ...(choice.detail === undefined ? {} : { detail: rowLine(choice.detail) }),
  };
}

/** An icon in the label would be read aloud by its name. */
function iconOf<T>({ icon, color }: PickChoice<T>): Pick<Row<T>, 'iconPath'> {
  if (color !== undefined) return { iconPath: colorDisc(color) };
  return icon === undefined ? {} : { iconPath: new vscode.ThemeIcon(icon) };
}

/** Loads the rows of a list and shows it busy meanwhile; `loaded` is false when all there is to show is the offer to load again. */
export async function loadRows<T>(
  list: vscode.QuickPick<Row<T>>,
  choices: PickQuestion<T>['choices'],
  signal: AbortSignal,
  where: Where,
): Promise<{ readonly loaded: boolean; readonly rows: ReadonlyArray<Row<T>> }> {
  if (typeof choices !== 'function') return { loaded: true, rows: rowsOf(choices) };
  list.busy = true;
  try {
    return { loaded: true, rows: rowsOf(await choices(signal)) };
  } catch (error) {
    // Nobody looks at a list that is closed; a sign-in that was cancelled leaves it open, and not empty.
    return { loaded: false, rows: signal.aborted ? [] : [reloadRow(error, where)] };
  } finally {
    if (!signal.aborted) list.busy = false;
  }
}

export function reloadRow<T>(error: unknown, where: Where): Row<T> {
  return {
    reload: true,
    alwaysShow: true,
    label: vscode.l10n.t('Retry'),
    iconPath: new vscode.ThemeIcon('refresh'),
    detail: isCancellation(error)
      ? vscode.l10n.t('Nothing was listed, because it was cancelled.')
      : rowLine(reasonText(error, nameOf(where)).message),
  };
}

export function preparedList<T>(place: Place, placeholder: string): vscode.QuickPick<Row<T>> {
  const list = vscode.window.createQuickPick<Row<T>>();
  list.buttons = buttons(place);
  list.placeholder = placeholder;
  list.matchOnDescription = true;
  list.matchOnDetail = true;
  return list;
}
