import { expect, test } from 'vitest';
import { createVerdicts } from '../../verdicts.ts';

test('goals are listed in their order, and what did not run is counted apart', () => {
  const verdicts = createVerdicts();
  verdicts.check('Q10', 'ten', '3 lost', '0 lost', false);
  verdicts.check('Q2', 'two', '0 lost', '0 lost', true, 'seed 7');
  verdicts.notRun('P1', 'idle memory', '≤ 140 MB', 'no binary');

  expect(verdicts.table()).toBe(
    [
      '| Goal | What        | Measured | Wanted   | Verdict             |',
      '| ---- | ----------- | -------- | -------- | ------------------- |',
      '| P1   | idle memory | –        | ≤ 140 MB | not run (no binary) |',
      '| Q2   | two         | 0 lost   | 0 lost   | pass (seed 7)       |',
      '| Q10  | ten         | 3 lost   | 0 lost   | fail                |',
      '',
      '1 passed, 1 failed, 1 not run',
    ].join('\n'),
  );
  expect(verdicts.exitCode()).toBe(1);
  expect(JSON.parse(verdicts.json({ seed: 7 }))).toMatchObject({ seed: 7, summary: '1 passed, 1 failed, 1 not run' });
});
