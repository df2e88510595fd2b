/** Whether this installation may update itself: only where a forged update would be refused by its signature. */

export interface Installation {
  /** Set when the release was built and signed for updates. */
  readonly builtForUpdates: boolean;
  readonly isPackaged: boolean;
  /** `process.platform`. */
  readonly platform: string;
  /** The text of the package's `app-update.yml`: where updates come from and who signs them. Null if there is none. */
  readonly source: string | null;
}

export type UpdateRuling = { readonly may: true } | { readonly may: false; readonly why: UpdateRefusal };
export type UpdateRefusal =
  | 'not built for updates'
  | 'not installed from a package'
  | 'this system does not check signatures'
  | 'no source of updates'
  | 'nobody is named who signs';

/**
 * Windows checks the publisher of the downloaded installer only if the package names one; macOS compares the signature
 * with the running app's by itself. On Linux nothing does: there the package manager, or the person, updates.
 */
export function mayUpdate({ builtForUpdates, isPackaged, platform, source }: Installation): UpdateRuling {
  const no = (why: UpdateRefusal): UpdateRuling => ({ may: false, why });
  if (!builtForUpdates) return no('not built for updates');
  if (!isPackaged) return no('not installed from a package');
  if (platform !== 'win32' && platform !== 'darwin') return no('this system does not check signatures');
  if (source === null) return no('no source of updates');
  if (platform === 'win32' && !namesPublisher(source)) return no('nobody is named who signs');
  return { may: true };
}

/** One name on the key's own line, or the first item of a list under it. */
function namesPublisher(yaml: string): boolean {
  return /^publisherName:[ \t]*(?:(?!null\b|~|\[\s*\]|["']{2}|#)\S|\r?\n[ \t]*-[ \t]+\S)/m.test(yaml);
}
