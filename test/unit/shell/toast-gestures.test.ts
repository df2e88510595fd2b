import { expect, test } from 'vitest';
import type { Actions } from '../../../main/shell/shell.ts';
import { createToastGestures } from '../../../main/shell/toast-gestures.ts';
import { toastId } from '../../../main/shell/toast-wording.ts';
import { idleActions } from './idle-actions.ts';
import { ada, mail, since, stateWith } from './states.ts';

const webLink = 'https://outlook.office365.com/owa/?ItemID=1';

function rig() {
  const done: string[] = [];
  const alerts = [
    mail('linked', since, { webLink, joinUrl: 'https://teams.microsoft.com/l/1' }),
    mail('bare', since, { webLink: null }),
  ];
  const actions: Actions = {
    ...idleActions,
    state: () => stateWith([], {}),
    alerts: () => alerts,
    alert: (id) => alerts.find((each) => each.id === id) ?? null,
    signIn: async (id) => void done.push(`sign in ${id}`),
    markRead: async (id) => void done.push(`mark ${id}`),
  };
  let core: Actions | null = null;
  const gestures = createToastGestures({
    core: () => core,
    act: (_core, _what, work) => void work(),
    openLink: async (url) => void done.push(`open ${url}`),
    showWindow: (view, id) => void done.push(`show ${view} ${id}`),
  });
  return {
    done,
    gestures,
    start(): void {
      core = actions;
      gestures.ready();
    },
    end(): void {
      core = null;
    },
  };
}

test.each([
  ['an alert with a link', 'linked', `open ${webLink}`],
  ['one without', 'bare', 'show today bare'],
  ['a digest, or anything that is no single item', 'digest:ada', 'show today null'],
  ['the call to sign in', `sign-in:${ada.homeAccountId}`, `sign in ${ada.homeAccountId}`],
])('a click on the toast of %s leads there, also when it is of an earlier run', (_what, key, expected) => {
  const { gestures, done, start } = rig();
  start();
  gestures.clicked(key);
  gestures.activated(`type=click&tag=${toastId(key)}`);
  expect(done).toEqual([expected, expected]);
});

test('the click that has started Tidings waits for it, the last one counts, and it is acted on once', () => {
  const { gestures, done, start, end } = rig();
  gestures.activated(`tag=${toastId('bare')}`);
  gestures.activated(`tag=${toastId('linked')}`);
  const before = [...done];
  start();
  const after = [...done];
  end();
  start();
  expect([before, after, done]).toEqual([[], [`open ${webLink}`], [`open ${webLink}`]]);
});

test('a button that was pressed too early is pressed when there is somebody to hear it', () => {
  const { gestures, done, start } = rig();
  gestures.pressed('linked', 'markRead');
  start();
  expect(done).toEqual(['mark linked']);
});
