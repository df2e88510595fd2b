import { expect, test } from 'vitest';
import { createNotices } from '../../../main/workflows/notices.ts';
import { createWorld } from './world.ts';

function namesShown(...events: readonly string[]): unknown[] {
  const { board } = createWorld();
  const notices = createNotices({ board, toasts: { show: () => 'shown', close: () => {} } });
  return events.map((event) => {
    notices.unknownEvent(event);
    const [notice] = board.health().notices;
    return notice?.code === 'something-new' ? [notice.count, notice.name] : notice;
  });
}

test('an event of a new kind is named as Microsoft names it', () => {
  expect(namesShown('reauthorizationNeeded', 'mailboxSangASong')).toEqual([
    [1, 'reauthorizationNeeded'],
    [2, 'mailboxSangASong'],
  ]);
});

test.each([
  ['a sentence', 'Your account is locked, call 555 0100'],
  ['an address', 'https://evil.example/login'],
  ['an address without a scheme', 'evil.example'],
  ['more than a name', 'x'.repeat(41)],
  ['digits', 'call5550100'],
  ['nothing', ''],
])('what could have been made up on the way is counted and not shown: %s', (_what, event) => {
  expect(namesShown(event)).toEqual([[1, 'unnamed']]);
});
