/** `npm run live` played against the stand-in cloud: the same program, with a person who does what it asks for. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Cloud } from '../cloud/cloud.ts';
import type { SignInChoice } from '../cloud/person.ts';

const program = fileURLToPath(new URL('run.ts', import.meta.url));
/** The whole of it; a machine under load takes its time. */
const limitMs = 240_000;

export interface PlayedRun {
  readonly lines: readonly string[];
  /** Resolves with the exit status. */
  readonly ended: Promise<number | null>;
  /** Resolves once a line holds this text; rejects when the program ends without it. */
  said(text: string): Promise<string>;
  interrupt(): void;
}

/** @param given.does what the person does, all of it when absent. */
export function playLive(given: {
  readonly cloud: Cloud;
  readonly args: readonly string[];
  readonly username: string;
  readonly cwd: string;
  readonly tell?: (line: string) => void;
  readonly does?: {
    readonly signIn?: SignInChoice['action'] | 'nothing';
    readonly mail?: boolean;
    readonly meeting?: boolean;
  };
}): PlayedRun {
  const { cloud, username } = given;
  const does = { signIn: 'accept' as const, mail: true, meeting: true, ...given.does };
  const child = spawn(process.execPath, ['--disable-warning=DEP0169', program, '--no-browser', ...given.args], {
    cwd: given.cwd,
    env: { PATH: process.env.PATH ?? '', ...cloud.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const waiting = new Set<(line: string | null) => void>();
  const limit = setTimeout(() => child.kill('SIGKILL'), limitMs);
  const heard = (line: string): void => {
    lines.push(line);
    given.tell?.(line);
    for (const listener of [...waiting]) listener(line);
    if (does.signIn !== 'nothing' && line.startsWith('https://login.')) {
      void cloud.person.signIn(line, { username, action: does.signIn ?? 'accept' }).catch(() => {});
    }
    if (does.mail && line.startsWith('Now send a mail'))
      cloud.graph.mailbox(username).deliver({ subject: 'To myself' });
    if (does.meeting && line.startsWith('Now create a meeting')) {
      const start = new Date(cloud.clock.now().getTime() + 24 * 60 * 60_000);
      cloud.graph.calendar(username).create({ subject: 'With myself', start });
    }
  };
  for (const stream of [child.stdout, child.stderr]) createInterface(stream).on('line', heard);
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      clearTimeout(limit);
      for (const listener of [...waiting]) listener(null);
      resolve(code);
    });
  });
  return {
    lines,
    ended,
    said(text) {
      const already = lines.find((line) => line.includes(text));
      if (already !== undefined) return Promise.resolve(already);
      return new Promise((resolve, reject) => {
        const listener = (line: string | null): void => {
          if (line !== null && !line.includes(text)) return;
          waiting.delete(listener);
          if (line === null) reject(new Error(`it ended without saying “${text}”:\n${lines.join('\n')}`));
          else resolve(line);
        };
        waiting.add(listener);
      });
    },
    interrupt: () => void child.kill('SIGINT'),
  };
}
