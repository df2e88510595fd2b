/**
 * `npm run demo`: the app and its world, to play with. `-- --auto` plays the story and ends; `-- --shell browser` plays it
 * in the browser shell instead of Electron's double.
 */
import { hasDisplay, installedChromiums } from '../tools/chromium.ts';
import { playStory, type ShellName } from './auto.ts';
import { runLiveDemo } from './live-run.ts';

const args = process.argv.slice(2);
const isAuto = args.includes('--auto');
const shellAt = args.indexOf('--shell');
const shell = shellAt === -1 ? 'double' : (args[shellAt + 1] ?? '');
const unknown = args.find(
  (word, index) => word !== '--auto' && (shellAt === -1 || (index !== shellAt && index !== shellAt + 1)),
);

/** Why nobody could play here, in one sentence (empty when not asked to); null if somebody could. */
function noPlayBecause(shell: ShellName): string | null {
  if (isAuto) return '';
  if (shell === 'browser') return 'The panel to play with belongs to the double, so the story is played instead.';
  if (process.stdout.isTTY !== true) return 'This is no terminal, so the story is played instead.';
  if (!hasDisplay()) return 'There is no display for the windows, so the story is played instead.';
  const choice = process.env.TIDINGS_CHROMIUM ?? '';
  const isNamed = choice !== '' && choice !== 'npm' && choice !== 'installed';
  if (choice === 'npm' || (!isNamed && installedChromiums().length === 0))
    return 'The Chromium from npm has no windows, so the story is played instead: install Chromium, Chrome or Edge to play yourself.';
  return null;
}

// Whoever read the lines has gone (`… | head`): end as tidily as after Ctrl-C.
process.stdout.on('error', () => process.kill(process.pid, 'SIGTERM'));

if (shell !== 'double' && shell !== 'browser') {
  console.error(`The demo knows --shell double and --shell browser, not --shell ${shell}.`);
  process.exitCode = 2;
} else if (unknown !== undefined) {
  console.error(`The demo knows only --auto and --shell, not ${unknown}.`);
  process.exitCode = 2;
} else {
  const why = noPlayBecause(shell);
  if (why) console.log(`${why}\n`);
  process.exitCode = why === null ? await runLiveDemo() : await playStory(shell);
}
