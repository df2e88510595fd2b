import { asFailure } from '../domain/failure.ts';
import type { Log } from '../domain/ports.ts';
import type { Settings } from '../domain/settings.ts';

/**
 * Takes the folders of an account that was signed out out of the settings: their names are somebody's data too. What an
 * administrator has set stays: it is not ours to change.
 */
export function forgetFolders(
  homeAccountId: string,
  settings: { stored(): Settings; change(change: Partial<Settings>): void },
  log: Log,
): void {
  const { mail } = settings.stored();
  const folders = mail.folders.filter(({ account }) => account !== homeAccountId);
  if (folders.length === mail.folders.length) return;
  try {
    settings.change({ mail: { ...mail, folders } });
  } catch (error) {
    log.warn('folders.not-forgotten', { code: asFailure(error).code });
  }
}
