import * as vscode from 'vscode';
import type { EnvironmentColor } from '../environments/profile';

/** An environment's colour, as the manifest declares it for each kind of theme and users may change it. */
export function environmentColor(color: EnvironmentColor): vscode.ThemeColor {
  return new vscode.ThemeColor(`dataverseWebhooks.environment.${color}`);
}

/** Middle tones that stand out from light and dark lists: a quick pick takes no colour of the theme for its icons. */
const TONES: Readonly<Record<EnvironmentColor, string>> = {
  red: '#E5484D',
  orange: '#D9730D',
  yellow: '#B0880B',
  green: '#2E9E4F',
  blue: '#2F7FE0',
  purple: '#9A5FD0',
};

/** A disc in an environment's colour, for the rows of a quick pick. */
export function colorDisc(color: EnvironmentColor): vscode.Uri {
  const disc = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6" fill="${TONES[color]}"/></svg>`;
  return vscode.Uri.parse(`data:image/svg+xml;base64,${Buffer.from(disc, 'utf8').toString('base64')}`, true);
}
