import { Failure } from '../domain/failure.ts';
import type { LoginItem } from './shell.ts';

export const noLoginItemText = 'This system offers no way to start a program at login.';

/** Where nothing of ours can be started at login: asked for all the same, it says so. */
export const noLoginItem: LoginItem = {
  read: () => 'unavailable',
  set() {
    throw new Failure('unexpected', noLoginItemText);
  },
};
