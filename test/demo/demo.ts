/** `npm run demo`: the app and its world, to play with. `-- --auto` plays the story and ends. */
import { hasDisplay, installedChromiums } from '../tools/chromium.ts';
import { playStory } from './auto.ts';
import { runLiveDemo } from './live-run.ts';

/** Why nobody could play here, in one sentence (empty when not asked to); null if somebody could. */
function noPlayBecause(): string | null {
  if (process.argv.includes('--auto')) return '';
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

const unknown = process.argv.slice(2).find((word) => word !== '--auto');
if (unknown !== undefined) {
  console.error(`The demo knows only --auto, not ${unknown}.`);
  process.exitCode = 2;
} else {
  const why = noPlayBecause();
  if (why) console.log(`${why}\n`);
  process.exitCode = why === null ? await runLiveDemo() : await playStory();
}
