import * as l10n from '@vscode/l10n';

/** The code of an error of a file system: the system's (`ENOSPC`) or the editor's (`NoPermissions`). */
function codeOf(error: unknown): string | undefined {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** Why a file could not be written, in one or two sentences; undefined for errors that are not of a file system. */
export function fileReason(error: unknown): string | undefined {
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return l10n.t('There is no room left on the disk.');
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'NoPermissions':
      return l10n.t('You may not write there. Choose another folder.');
    case 'EBUSY':
      return l10n.t('Another program has the file open. Close it there, or choose another name.');
    case 'ENOENT':
    case 'ENOTDIR':
    case 'FileNotFound':
      return l10n.t('The folder does not exist any more. Choose another one.');
    case 'EISDIR':
    case 'FileIsADirectory':
      return l10n.t('There is a folder of that name. Choose another name.');
    case 'ENAMETOOLONG':
      return l10n.t('The name is too long for this disk. Choose a shorter one.');
    case 'Unavailable':
      return l10n.t('The place cannot be reached at the moment. Choose another folder.');
    default:
      return undefined;
  }
}
