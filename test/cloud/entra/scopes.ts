/** Scopes as the v2.0 endpoint reads them: OpenID ones, and those of one resource, Microsoft Graph. */
import { clouds, graphHosts } from '../clouds.ts';

const openIdScopes = ['openid', 'profile', 'email', 'offline_access'];

/** Delegated Graph permissions this cloud knows; a registered app may ask a person for any of them. */
const graphScopes = [
  'Calendars.Read',
  'Calendars.ReadBasic',
  'Calendars.ReadWrite',
  'Contacts.Read',
  'Files.Read',
  'Mail.Read',
  'Mail.ReadBasic',
  'Mail.ReadWrite',
  'Mail.Send',
  'MailboxSettings.Read',
  'Presence.Read',
  'Tasks.Read',
  'User.Read',
];

export interface AskedScopes {
  /** Graph permissions by their short names, in Graph's own case. */
  readonly graph: readonly string[];
  readonly openId: readonly string[];
  /** Graph permissions as they were written, short or as full addresses: answers repeat that form. */
  readonly written: readonly string[];
  /** Hosts of the Graphs that are meant; a short name means the global cloud's, wherever it is asked. */
  readonly graphHosts: readonly string[];
}

/** What a registration lists where nobody has changed it. */
const usualPermissions = ['User.Read'];

/**
 * Reads a `scope` parameter. `unknown` holds what the real service refuses with AADSTS70011.
 *
 * @param registered what `.default` stands for: everything that the registration lists, and nothing beside it.
 */
export function readScopes(
  text: string,
  registered: readonly string[] = usualPermissions,
): AskedScopes & { readonly unknown: readonly string[] } {
  const graph: string[] = [];
  const openId: string[] = [];
  const written: string[] = [];
  const unknown: string[] = [];
  const hosts = new Set<string>();
  const defaults: string[] = [];
  for (const item of new Set(text.split(' ').filter((part) => part !== ''))) {
    const lower = item.toLowerCase();
    if (openIdScopes.includes(lower)) {
      openId.push(lower);
      continue;
    }
    const host = graphHosts.find((each) => lower.startsWith(`https://${each}/`));
    const short = host === undefined ? lower : lower.slice(`https://${host}/`.length);
    if (short === '.default') {
      defaults.push(item);
      hosts.add(host ?? clouds.global.graph);
      continue;
    }
    const known = graphScopes.find((scope) => scope.toLowerCase() === short);
    if (!known) unknown.push(item);
    else if (!graph.includes(known)) {
      graph.push(known);
      written.push(host === undefined ? known : `https://${host}/${known}`);
      hosts.add(host ?? clouds.global.graph);
    }
  }
  if (defaults.length > 0) {
    if (graph.length > 0) unknown.push(...defaults);
    const [host = ''] = hosts;
    graph.push(...registered);
    written.push(...registered.map((name) => `https://${host}/${name}`), `https://${host}/.default`);
  }
  return { graph, openId, written, graphHosts: [...hosts], unknown };
}

/**
 * The `scope` of a token answer: what was granted in the form it was asked for, the OpenID scopes after it, never
 * `offline_access`, and `email` even if nobody asked. Callers must not rely on the order.
 */
export function scopeAnswer(asked: AskedScopes): string {
  const openId = asked.openId.filter((scope) => scope !== 'offline_access');
  if (openId.includes('openid') && !openId.includes('email')) openId.push('email');
  return [...asked.written, ...openId].join(' ');
}

/** What the consent page says about a permission. */
export function describeScope(scope: string): string {
  const words: Readonly<Record<string, string>> = {
    'Calendars.Read': 'Read your calendars',
    'Calendars.ReadBasic': 'Read the basic details of your calendars',
    'Calendars.ReadWrite': 'Have full access to your calendars',
    'Mail.Read': 'Read your mail',
    'Mail.ReadBasic': 'Read your mail without its text and attachments',
    'Mail.ReadWrite': 'Read, change and delete your mail',
    'Mail.Send': 'Send mail as you',
    'MailboxSettings.Read': 'Read your mailbox settings',
    'User.Read': 'Sign you in and read your profile',
    offline_access: 'Keep access to what you have allowed',
  };
  return words[scope] ?? scope;
}
