import type { ViewName } from '../../preload/contract.ts';
import type { ToastButton } from '../domain/ports.ts';
import type { Actions } from './shell.ts';
import { toastId } from './toast-wording.ts';

/** What a person does with a toast, by the toast's own key. */
export interface ToastGestures {
  clicked(key: string): void;
  pressed(key: string, button: ToastButton): void;
  /**
   * Something was done with a toast that may be of an earlier run (Windows keeps them): all that is known is a text which
   * holds the id we gave it.
   */
  activated(text: string): void;
  /** There is a core now: what was done before, such as the click that has started Tidings, is acted upon. */
  ready(): void;
}

/** How many of the newest alerts a toast of an earlier run is looked for in. */
const searched = 500;

/** What each gesture does, in every shell alike. */
export function createToastGestures(world: {
  /** Null until the core is ready, and after it has ended. */
  readonly core: () => Actions | null;
  /** Runs work that may fail; failing shows `view`. */
  readonly act: (core: Actions, what: string, work: () => Promise<void>, view: ViewName) => void;
  readonly openLink: (url: string) => Promise<void>;
  readonly showWindow: (view: ViewName, alertId: string | null) => void;
}): ToastGestures {
  const { core, act, openLink, showWindow } = world;
  /** The last one that came while there was no core. */
  let early: ((actions: Actions) => void) | null = null;

  /** Opens that very item: the message in Outlook, or the place in our list when there is no link to follow. */
  function click(actions: Actions, key: string): void {
    const signIn = /^sign-in(?::(.+))?$/u.exec(key);
    if (signIn !== null) {
      act(actions, 'sign-in', () => actions.signIn(signIn[1] ?? null), 'signIn');
      return;
    }
    const alert = actions.alert(key);
    const link = alert?.webLink ?? null;
    if (link === null) showWindow('today', alert?.id ?? null);
    else openLink(link).catch(() => showWindow('today', key));
  }

  function press(actions: Actions, key: string, button: ToastButton): void {
    switch (button) {
      case 'markRead':
        act(actions, button, () => actions.markRead(key), 'today');
        break;
      case 'join': {
        const link = actions.alert(key)?.joinUrl ?? null;
        if (link === null) showWindow('today', key);
        else openLink(link).catch(() => showWindow('today', key));
        break;
      }
      case 'snooze':
        act(actions, button, async () => actions.snooze(key, 'fiveMinutes'), 'today');
        break;
      case 'dismiss':
        act(actions, button, async () => actions.dismiss(key), 'today');
        break;
    }
  }

  return {
    clicked: (key) => whenReady((actions) => click(actions, key)),
    pressed: (key, button) => whenReady((actions) => press(actions, key, button)),
    activated: (text) => whenReady((actions) => find(actions, text)),
    ready() {
      const actions = core();
      const gesture = early;
      early = null;
      if (actions !== null) gesture?.(actions);
    },
  };

  function whenReady(gesture: (actions: Actions) => void): void {
    const actions = core();
    if (actions === null) early = gesture;
    else gesture(actions);
  }

  function find(actions: Actions, text: string): void {
    const keys = [
      ...actions.state().accounts.map(({ account }) => `sign-in:${account.homeAccountId}`),
      ...actions.alerts({ limit: searched }).map(({ id }) => id),
    ];
    const key = keys.find((each) => text.includes(toastId(each)));
    if (key === undefined) showWindow('today', null);
    else click(actions, key);
  }
}
