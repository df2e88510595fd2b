/** `npm run scenario -- FILE [--json]`: plays one story, prints its timeline and ends with 0 only if it held. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { play } from './play.ts';
import { readStory } from './vocabulary.ts';

const args = process.argv.slice(2);
const asJson = args.includes('--json');
const files = args.filter((arg) => !arg.startsWith('--'));
if (files.length === 0) {
  console.error('Which one? npm run scenario -- test/scenarios/stories/first-run.json [--json]');
  process.exit(1);
}
const marks = { story: '▸', cloud: '☁', tray: '◉', toast: '✉', expect: '✓' } as const;
let allPassed = true;
for (const file of files) {
  try {
    const story = readStory(file, readFileSync(file, 'utf8'));
    if (!asJson) console.log(`${story.name}: ${story.promise}\n`);
    const verdict = await play(story, (line) => {
      if (asJson) console.log(JSON.stringify(line));
      else console.log(`${line.at}  ${marks[line.who]} ${line.text}`);
    });
    allPassed &&= verdict.passed;
    if (asJson) console.log(JSON.stringify({ verdict }));
    else
      console.log(
        `\n${verdict.passed ? 'held' : 'BROKEN'}: ${basename(file)} in ${(verdict.tookMs / 1000).toFixed(1)} s`,
      );
  } catch (error) {
    allPassed = false;
    console.error((error as Error).message);
  }
}
process.exit(allPassed ? 0 : 1);
