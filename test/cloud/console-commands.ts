/** What one can type while `npm run cloud` runs. */
import type { Cloud } from './cloud.ts';

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

const lifecycleEvents = ['reauthorizationRequired', 'subscriptionRemoved', 'missed'];

export const consoleCommands: readonly ConsoleCommand[] = [
  {
    name: 'accounts',
    takes: '',
    does: 'lists the accounts and their passwords',
    run: (_, { entra }) =>
      entra.directory
        .accounts()
        .map(
          ({ username, name, kind }) => `${username}  (${name}, ${kind})  password: ${entra.currentPassword(username)}`,
        )
        .join('\n'),
  },
  {
    name: 'deliver',
    takes: '[ACCOUNT] [SUBJECT]',
    does: 'a mail arrives',
    run(words, cloud) {
      const { username, rest } = accountOf(words, cloud);
      cloud.graph.mailbox(username).deliver({ subject: rest.join(' ') || 'Hello from the cloud' });
      return undefined;
    },
  },
  {
    name: 'meet',
    takes: '[ACCOUNT] [MINUTES] [SUBJECT]',
    does: 'a meeting is put into the calendar, MINUTES from now (default 30)',
    run(words, cloud) {
      const { username, rest } = accountOf(words, cloud);
      const minutes = /^\d+$/.test(rest[0] ?? '') ? Number(rest[0]) : undefined;
      const subject = rest.slice(minutes === undefined ? 0 : 1).join(' ') || 'Meeting';
      const start = new Date(cloud.clock.now().getTime() + (minutes ?? 30) * 60_000);
      cloud.graph.calendar(username).create({ subject, start });
      return undefined;
    },
  },
  {
    name: 'reset',
    takes: '[ACCOUNT] [PASSWORD]',
    does: 'the password is reset: every sign-in ends',
    run(words, cloud) {
      const { username, rest } = accountOf(words, cloud);
      const newPassword = rest.join(' ') || `new password ${Math.floor(Math.random() * 9000) + 1000}`;
      cloud.entra.resetPassword(username, { newPassword });
      return `The new password of ${username} is: ${newPassword}`;
    },
  },
  {
    name: 'revoke',
    takes: '[ACCOUNT]',
    does: 'the sessions are revoked; the password stays',
    run(words, cloud) {
      cloud.entra.revokeSessions(accountOf(words, cloud).username);
      return undefined;
    },
  },
  {
    name: 'challenge',
    takes: '[ACCOUNT] [EVENT]',
    does: `Graph sends a lifecycle event: ${lifecycleEvents.join(', ')} or a word of yours`,
    run(words, cloud) {
      const { username, rest } = accountOf(words, cloud);
      const sent = cloud.graph.challenge(username, rest[0] ?? 'reauthorizationRequired');
      return sent === 0 ? `${username} has no subscription with a lifecycle address` : undefined;
    },
  },
  {
    name: 'fresh',
    takes: '[ACCOUNT]',
    does: 'access tokens so far meet a claims challenge; refreshing still works',
    run(words, cloud) {
      cloud.entra.demandFreshTokens(accountOf(words, cloud).username);
      return undefined;
    },
  },
  {
    name: 'subscriptions',
    takes: '[ACCOUNT]',
    does: 'lists the live subscriptions',
    run(words, cloud) {
      const found = cloud.graph.subscriptions(accountOf(words, cloud).username);
      const lines = found.map(({ resource, expiresAt }) => `${resource}  until ${expiresAt.toISOString()}`);
      return lines.join('\n') || 'There are none';
    },
  },
  { name: 'offline', takes: '', does: 'the desktop loses its network', run: (_, cloud) => switchNetwork(cloud, true) },
  {
    name: 'online',
    takes: '',
    does: 'the desktop has its network back',
    run: (_, cloud) => switchNetwork(cloud, false),
  },
  {
    name: 'fail',
    takes: 'entra|graph|HOST [TIMES] [refuse|hang|reset|html|STATUS]',
    does: 'breaks the way to a host, once unless TIMES says otherwise (default 503)',
    run([host, ...rest], { proxy }) {
      if (!host) throw new UsageError('fail needs a host');
      const known: Readonly<Record<string, string>> = {
        entra: 'login.microsoftonline.com',
        graph: 'graph.microsoft.com',
      };
      const isCount = rest.length > 1;
      const times = isCount ? Number(rest[0]) : 1;
      const how = rest[isCount ? 1 : 0] ?? '503';
      if (!Number.isInteger(times) || times < 1) throw new UsageError('TIMES is a whole number above zero');
      if (how === 'refuse' || how === 'hang' || how === 'reset' || how === 'html') {
        proxy.fail(known[host] ?? host, { kind: how, times });
      } else if (/^[345]\d\d$/.test(how))
        proxy.fail(known[host] ?? host, { kind: 'status', status: Number(how), times });
      else
        throw new UsageError(`A host fails by refuse, hang, reset, html or a status from 300 to 599, not by "${how}"`);
      return undefined;
    },
  },
  {
    name: 'relay',
    takes: 'cut|freeze|restore|restart|drop',
    does: 'the tunnel service misbehaves, or works again',
    async run([how], { relay }) {
      if (how === 'cut') relay.cut();
      else if (how === 'freeze') relay.freeze();
      else if (how === 'restore') await relay.restore();
      else if (how === 'restart') relay.restart();
      else if (how === 'drop') relay.dropSockets();
      else throw new UsageError('relay needs one of cut, freeze, restore, restart, drop');
      return undefined;
    },
  },
];

/** Runs one typed line. @returns what to print. */
export async function runLine(line: string, cloud: Cloud): Promise<string | undefined> {
  const [name = '', ...words] = splitWords(line);
  if (name === '') return undefined;
  if (name === 'help') return help();
  const command = consoleCommands.find((known) => known.name === name);
  if (!command) return `There is no command ${name}. Type help.`;
  try {
    return await command.run(words, cloud);
  } catch (error) {
    return error instanceof UsageError
      ? `${error.message}. Usage: ${command.name} ${command.takes}`
      : `That failed: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function help(): string {
  const rows = consoleCommands.map(({ name, takes, does }) => [`${name} ${takes}`.trim(), does] as const);
  rows.push(['quit', 'stops the cloud']);
  const width = Math.max(...rows.map(([left]) => left.length));
  const lines = rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
  return ['ACCOUNT is an address; without one it is the first account.', ...lines].join('\n');
}

/** The account a line names with its first word, or the first there is. */
function accountOf(
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

async function switchNetwork(cloud: Cloud, isOffline: boolean): Promise<undefined> {
  await cloud.offline(isOffline);
}

/** Words at spaces; quotes keep words together. */
function splitWords(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
}
