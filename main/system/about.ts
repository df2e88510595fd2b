import { release } from 'node:os';
import type { About } from '../domain/diagnostics.ts';

/** Kinds of desktops are words; whatever else stands in such a variable is nobody's business. */
const word = /^[\w:.+-]{1,40}$/u;

/** What runs and on what, for the diagnostics. */
export function aboutHere(
  version: string,
  shell: About['shell'],
  env: Readonly<Record<string, string | undefined>> = process.env,
): About {
  const { electron, chrome, node } = process.versions;
  const runtimes = { electron, chrome, node };
  const desktop = [env.XDG_CURRENT_DESKTOP, env.XDG_SESSION_TYPE, env.APPIMAGE === undefined ? undefined : 'AppImage'];
  return {
    version,
    shell,
    runtimes: Object.entries(runtimes).flatMap(([name, its]) => (its === undefined ? [] : [`${name} ${its}`])),
    system: [
      `${process.platform} ${process.arch}`,
      release(),
      ...desktop.filter((each) => each !== undefined && word.test(each)),
    ].filter((each) => each !== undefined),
  };
}
