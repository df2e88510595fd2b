import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Seconds that each of the longest files takes alone on two cores, roughly. A fresh clone remembers no durations, and
 * one of these that begins last is waited for by all the others.
 */
const seconds: Readonly<Record<string, number>> = {
  'test/scenarios/scenarios.test.ts': 130,
  'test/e2e/accessibility.test.ts': 48,
  'test/live/live.test.ts': 42,
  'test/integration/core/quiet-week.test.ts': 30,
  'test/e2e/browser-shell.test.ts': 25,
  'test/demo/live.test.ts': 23,
  'test/integration/shell/systems.test.ts': 23,
  'test/integration/shell/electron-shell.test.ts': 22,
  'test/e2e/bare-desktop.test.ts': 20,
  'test/e2e/first-start.test.ts': 18,
  'test/e2e/sign-in-again.test.ts': 18,
  'test/integration/webhook/tunnel.test.ts': 18,
  'test/e2e/browser-story.test.ts': 18,
  'test/integration/core/choices.test.ts': 17,
  'test/e2e/page.test.ts': 17,
  'test/e2e/life.test.ts': 16,
  'test/e2e/story.test.ts': 16,
  'test/integration/tools/start.test.ts': 14,
  'test/electron-double/desktop.test.ts': 13,
  'test/e2e/reminders.test.ts': 13,
  'test/cloud/device-code.test.ts': 10,
};

/** For `sequence.sequencer` in vitest's configuration: the long ones first, all others as vitest would have it. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const long = ({ moduleId, project }: TestSpecification): number =>
      seconds[relative(project.config.root, moduleId).replaceAll('\\', '/')] ?? 0;
    return (await super.sort(files)).toSorted((a, b) => long(b) - long(a));
  }
}
