import { net, powerMonitor } from 'electron';
import type { Cancel, Clock } from '../../domain/ports.ts';
import type { Actions } from '../shell.ts';

/** Electron's main process is told nothing of a changed network, so it looks; more often would wake an idle machine. */
const lookEveryMs = 30_000;

/** Tells the core what happens to the machine. Returns what ends it. */
export function watchMachine(machine: Actions['machine'], clock: Clock): Cancel {
  const suspend = (): void => machine('suspend');
  const resume = (): void => machine('resume');
  powerMonitor.on('suspend', suspend);
  powerMonitor.on('resume', resume);
  let online = net.isOnline();
  let cancel: Cancel = () => {};
  const look = (): void => {
    cancel = clock.after(lookEveryMs, look);
    if (net.isOnline() === online) return;
    online = !online;
    machine('networkChanged');
  };
  cancel = clock.after(lookEveryMs, look);
  return () => {
    powerMonitor.off('suspend', suspend);
    powerMonitor.off('resume', resume);
    cancel();
  };
}
