import { describe, expect, test } from 'vitest';
import { toastId, toastWording } from '../../../main/shell/toast-wording.ts';

const toast = {
  key: `mail:${'AAMk'.repeat(60)}`,
  title: 'Lin Poe',
  body: 'Tom & <b>Jerry</b>',
  urgent: false,
} as const;
const systems = ['linux', 'win32', 'darwin'] as const;

describe('a toast', () => {
  test.each(systems)('on %s has an id that is short, its own and always the same', (platform) => {
    const { id } = toastWording(toast, platform);
    expect([id.length <= 64, id, id === toastWording({ ...toast, key: 'other' }, platform).id]).toEqual([
      true,
      toastId(toast.key),
      false,
    ]);
  });

  test('is markup-free where the desktop reads markup, and as written elsewhere', () => {
    expect(systems.map((platform) => toastWording(toast, platform).body)).toEqual([
      'Tom &amp; &lt;b&gt;Jerry&lt;/b&gt;',
      'Tom & <b>Jerry</b>',
      'Tom & <b>Jerry</b>',
    ]);
  });

  test.each(systems)('on %s makes no sound of its own, and breaks through no do-not-disturb', (platform) => {
    const plain = toastWording(toast, platform);
    const urgent = toastWording({ ...toast, urgent: true }, platform);
    // Neither a second sound nor a critical one: the system decides, and an urgent toast merely stays.
    expect(
      [plain, urgent].flatMap((each) => Object.keys(each).filter((key) => /sound|silent|urgency/.test(key))),
    ).toEqual([]);
    expect([plain.timeoutType, urgent.timeoutType]).toEqual(['default', 'never']);
  });

  test('has its buttons where the system tells us of them', () => {
    const withButtons = { ...toast, buttons: ['join', 'snooze', 'dismiss', 'markRead'] as const };
    const labels = systems.map((platform) => toastWording(withButtons, platform).actions?.map(({ text }) => text));
    const all = ['Join', 'Snooze', 'Dismiss', 'Mark as read'];
    expect(labels).toEqual([undefined, all, all]);
  });

  test.each([
    ['letters', 'x'.repeat(500)],
    ['emoji of four people', '👩‍👩‍👧‍👦'.repeat(200)],
    ['Japanese', '会議が移動しました。'.repeat(60)],
  ])('fits into the 256 bytes that macOS takes, whole characters only: %s', (_what, text) => {
    const { title, body } = toastWording({ ...toast, title: text, body: text }, 'darwin');
    expect(Buffer.byteLength(title) + Buffer.byteLength(body)).toBeLessThanOrEqual(256);
    expect([title.length > 10, body.length > 10, /\uFFFD|[\uD800-\uDBFF]$/.test(title + body)]).toEqual([
      true,
      true,
      false,
    ]);
    expect(title.endsWith('…')).toBe(true);
  });
});
