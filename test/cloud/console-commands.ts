/** What one can type while `npm run cloud` runs, or send to it from another terminal. */
import type { Cloud } from './cloud.ts';
import { accountCommands } from './console/account-commands.ts';
import { type ConsoleCommand, splitWords, UsageError, withAccountFirst } from './console/command.ts';
import { graphCommands } from './console/graph-commands.ts';
import { mailboxCommands } from './console/mailbox-commands.ts';
import { networkCommands } from './console/network-commands.ts';

export type { ConsoleCommand } from './console/command.ts';

export const consoleCommands: readonly ConsoleCommand[] = [
  ...mailboxCommands,
  ...accountCommands,
  ...graphCommands,
  ...networkCommands,
];

/** Other ways to say a command. */
const aliases: Readonly<Record<string, readonly string[]>> = {
  trigger: ['challenge'],
  'reset-password': ['reset'],
  cut: ['relay', 'cut'],
  freeze: ['relay', 'freeze'],
  restore: ['relay', 'restore'],
};

export interface CommandResult {
  readonly kind: 'done' | 'usage' | 'failed';
  /** What to print, if there is something to say beyond the events it caused. */
  readonly text?: string;
}

/** Runs one command. Never throws: what went wrong is in the result. */
export async function runCommand(words: readonly string[], cloud: Cloud): Promise<CommandResult> {
  const [typed = '', ...rest] = words;
  if (typed === '') return { kind: 'done' };
  if (typed === 'help') return { kind: 'done', text: help() };
  const [name = '', ...before] = Object.hasOwn(aliases, typed) ? (aliases[typed] ?? []) : [typed];
  const command = consoleCommands.find((known) => known.name === name);
  if (!command) return { kind: 'usage', text: `There is no command ${typed}. Type help.` };
  try {
    const text = await command.run([...before, ...withAccountFirst(rest, cloud)], cloud);
    return { kind: 'done', ...(text === undefined ? {} : { text }) };
  } catch (error) {
    return error instanceof UsageError
      ? { kind: 'usage', text: `${error.message}. Usage: ${`${command.name} ${command.takes}`.trim()}` }
      : { kind: 'failed', text: `That failed: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** Runs one typed line. @returns what to print. */
export async function runLine(line: string, cloud: Cloud): Promise<string | undefined> {
  return (await runCommand(splitWords(line), cloud)).text;
}

/** Every command with what it takes and does. */
export function help(): string {
  const rows = consoleCommands.map(({ name, takes, does }) => [`${name} ${takes}`.trim(), does] as const);
  rows.push(['quit', 'stops the cloud']);
  const lines = rows.map(([left, right]) =>
    left.length > 44 ? `  ${left}\n  ${' '.repeat(44)}  ${right}` : `  ${left.padEnd(44)}  ${right}`,
  );
  return [
    'ACCOUNT is an address, first or as --account ADDRESS (or --account work, --account personal); without it: the first account.',
    ...lines,
  ].join('\n');
}
