/** Faults from below the program: see `native/faulty.c`. Needs Linux and a C compiler; without them they are not run. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export type NativeFault = 'slow-disk' | 'no-names' | 'no-ipv4' | 'no-ports' | 'lossy';

export interface Native {
  /** For the process that the faults are to meet. */
  readonly env: Readonly<Record<string, string>>;
  set(fault: NativeFault, on: boolean): void;
  stop(): void;
}

/** @returns why there is none here, as a text. */
export function startNative(): Native | string {
  if (process.platform !== 'linux') return 'the library that plays it is for Linux';
  const folder = mkdtempSync(join(tmpdir(), 'tidings-native-'));
  const stop = (): void => rmSync(folder, { recursive: true, force: true });
  const source = fileURLToPath(new URL('native/faulty.c', import.meta.url));
  const library = join(folder, 'faulty.so');
  try {
    execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl'], { stdio: 'pipe', timeout: 60_000 });
  } catch (error) {
    stop();
    return (error as NodeJS.ErrnoException).code === 'ENOENT'
      ? 'there is no C compiler'
      : `the library that plays it cannot be compiled here: ${String((error as { stderr?: Buffer }).stderr).slice(0, 200)}`;
  }
  const switches = join(folder, 'on');
  mkdirSync(switches);
  return {
    env: { LD_PRELOAD: library, TIDINGS_FAULTS: switches },
    set(fault, on) {
      const file = join(switches, fault);
      if (on) writeFileSync(file, '');
      else if (existsSync(file)) rmSync(file);
    },
    stop,
  };
}
