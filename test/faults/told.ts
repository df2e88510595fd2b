/** Faults of the list that a story or a test of its own plays: in the long form they are run here, as often as asked. */
import { readFileSync } from 'node:fs';
import { play } from '../scenarios/play.ts';
import { readStory } from '../scenarios/vocabulary.ts';
import type { Verdicts } from '../verdicts.ts';
import type { FaultContext, FaultTest } from './context.ts';
import { faultList, type ListedFault } from './list.ts';
import { runTests } from './proven.ts';

const wantedText = 'as its promise says';

async function playStory(verdicts: Verdicts, { id, what, times }: ListedFault, name: string): Promise<void> {
  const file = new URL(`../scenarios/stories/${name}.json`, import.meta.url);
  const story = readStory(`${name}.json`, readFileSync(file, 'utf8'));
  let held = 0;
  let failure: string | null = null;
  for (let time = 0; time < times; time += 1) {
    const verdict = await play(story, () => {});
    if (verdict.passed) held += 1;
    else failure = `step ${verdict.failure?.step}: ${verdict.failure?.text}`;
  }
  const note = failure ?? story.promise;
  verdicts.check(`F ${id}`, what, `story “${name}” held ${held} of ${times} times`, wantedText, held === times, note);
}

async function inLongForm({ verdicts, wanted }: FaultContext): Promise<void> {
  const chosen = faultList.filter(({ id }) => wanted(id));
  for (const each of chosen) if (each.player.by === 'story') await playStory(verdicts, each, each.player.story);
  const tests = chosen.flatMap(({ id, what, player }) => (player.by === 'test' ? [{ id, what, player }] : []));
  if (tests.length === 0) return;
  const ran = await runTests([...new Set(tests.map(({ player }) => player.file))]);
  for (const { id, what, player } of tests) {
    const found = ran.filter(({ file, title }) => file.endsWith(player.file) && player.titles.includes(title));
    const passed = found.filter(({ status }) => status === 'passed').length;
    const failed = found.filter(({ status }) => status === 'failed').length;
    if (passed + failed === 0) verdicts.notRun(`F ${id}`, what, wantedText, `${player.file} could not run it here`);
    else
      verdicts.check(
        `F ${id}`,
        what,
        `${passed} of ${player.titles.length} tests of ${player.file}`,
        wantedText,
        failed === 0 && passed === player.titles.length,
        player.note,
      );
  }
}

export const told: readonly FaultTest[] = [
  {
    goals: [],
    plays: faultList.flatMap(({ id, player }) => (player.by === 'story' || player.by === 'test' ? [id] : [])),
    name: 'what stories and tests play',
    async run(context) {
      if (context.long) return await inLongForm(context);
      for (const { id, what, player } of faultList) {
        if (!context.wanted(id) || !(player.by === 'story' || player.by === 'test')) continue;
        const who = player.by === 'story' ? `story “${player.story}”` : player.file;
        context.verdicts.notRun(`F ${id}`, what, wantedText, `${who}, run by npm test; here in the long form`);
      }
    },
  },
];
