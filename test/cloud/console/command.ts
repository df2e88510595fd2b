/** What a typed command is, and how its words are read. */
import type { Cloud } from '../cloud.ts';

export interface ConsoleCommand {
  readonly name: string;
  /** The words after the name, for `help`. */
  readonly takes: string;
  readonly does: string;
  /** @returns a line to print, if there is something to say beyond the events it causes. */
  run(words: readonly string[], cloud: Cloud): string | undefined | Promise<string | undefined>;
}

/** Raised for a command that was typed wrongly; its message is shown as it is. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Words at spaces; quotes keep words together. */
export function splitWords(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
}

/** The account a line names with its first word, or the first there is. */
export function accountOf(
  words: readonly string[],
  { entra }: Cloud,
): { readonly username: string; readonly rest: readonly string[] } {
  const accounts = entra.directory.accounts();
  const [first = '', ...rest] = words;
  if (!first.includes('@')) {
    const [usual] = accounts;
    if (!usual) throw new UsageError('This cloud has no accounts');
    return { username: usual.username, rest: words };
  }
  const found = accounts.find(({ username }) => username.toLowerCase() === first.toLowerCase());
  if (!found) throw new UsageError(`There is no account ${first}`);
  return { username: found.username, rest };
}

/** A command that does something to one account and has nothing to say itself: its events do. */
export function deed(command: {
  readonly name: string;
  /** The words after the account. */
  readonly takes?: string;
  readonly does: string;
  readonly act: (username: string, cloud: Cloud, rest: readonly string[]) => void;
}): ConsoleCommand {
  const { name, takes, does, act } = command;
  return {
    name,
    takes: takes === undefined ? '[ACCOUNT]' : `[ACCOUNT] ${takes}`,
    does,
    run(words, cloud) {
      const { username, rest } = accountOf(words, cloud);
      act(username, cloud, rest);
      return undefined;
    },
  };
}

/**
 * Takes `--account X` (or `--account=X`) out of the words and puts it where the commands look for an account: first. `X` is
 * an address, or `work` or `personal` for the first account of that kind.
 */
export function withAccountFirst(words: readonly string[], { entra }: Cloud): string[] {
  const rest = [...words];
  const at = rest.findIndex((word) => word === '--account' || word.startsWith('--account='));
  const stray = rest.find((word, index) => word.startsWith('--') && index !== at);
  if (stray) throw new UsageError(`There is no option ${stray}`);
  if (at < 0) return rest;
  const [option = ''] = rest.splice(at, 1);
  const name = option.includes('=') ? option.slice('--account='.length) : rest.splice(at, 1)[0];
  if (!name) throw new UsageError('--account needs an address, or work, or personal');
  if (name.includes('@')) return [name, ...rest];
  const found = entra.directory.accounts().find(({ kind }) => kind === name);
  if (!found) throw new UsageError(`There is no account ${name}`);
  return [found.username, ...rest];
}

/** `90s`, `12min`, `9h`, `4d` in milliseconds; a bare number is minutes. @throws UsageError */
export function durationOf(text: string | undefined): number {
  const [, number = '', unit = 'min'] = /^(\d+(?:\.\d+)?)(ms|s|min|h|d)?$/.exec(text ?? '') ?? [];
  const factors: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };
  const ms = Number(number) * (factors[unit] ?? 0);
  if (number === '' || !(ms > 0))
    throw new UsageError(`A duration looks like 90s, 12min, 9h or 4d, not "${text ?? ''}"`);
  return ms;
}

/** One of these words. @throws UsageError naming them all. */
export function oneOf<const T extends string>(word: string | undefined, choices: readonly T[], otherwise?: T): T {
  if (word === undefined && otherwise !== undefined) return otherwise;
  const found = choices.find((choice) => choice === word);
  if (found === undefined) throw new UsageError(`Expected one of ${choices.join(', ')}, not "${word ?? ''}"`);
  return found;
}

/** A whole number above zero. @throws UsageError */
export function countOf(word: string | undefined, what: string): number {
  const count = Number(word);
  if (!Number.isInteger(count) || count < 1) throw new UsageError(`${what} is a whole number above zero`);
  return count;
}
