import { net, powerMonitor } from 'electron';
import type { Cancel, Clock } from '../../domain/ports.ts';
import type { Actions } from '../shell.ts';
import { watchOnline } from '../watch-online.ts';

/** Tells the core what happens to the machine. Returns what ends it. */
export function watchMachine(machine: Actions['machine'], clock: Clock): Cancel {
  const suspend = (): void => machine('suspend');
  const resume = (): void => machine('resume');
  powerMonitor.on('suspend', suspend);
  powerMonitor.on('resume', resume);
  const stopWatching = watchOnline(
    () => net.isOnline(),
    clock,
    () => machine('networkChanged'),
  );
  return () => {
    powerMonitor.off('suspend', suspend);
    powerMonitor.off('resume', resume);
    stopWatching();
  };
}
