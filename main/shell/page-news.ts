import type { Pushes } from '../../preload/contract.ts';
import type { Cancel } from '../domain/ports.ts';
import { alertPage, meetingView } from './alert-views.ts';
import type { Actions } from './shell.ts';
import { appView } from './views.ts';

/** Tells the page of every change, in whichever way a shell reaches it. Returns what ends it. */
export function tellPage(
  core: Actions,
  version: string,
  push: <P extends keyof Pushes>(push: P, payload: Pushes[P]) => void,
): Cancel {
  return core.onChange((what) => {
    if (what === 'state') push('app:changed', appView(core.state(), version));
    if (what === 'alerts') push('alerts:changed', alertPage(core, null));
    if (what === 'meetings') {
      const meetings = core.meetings().map((meeting) => meetingView(meeting, core));
      push('meetings:changed', meetings);
    }
  });
}
