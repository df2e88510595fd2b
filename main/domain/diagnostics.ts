import type { AppState } from './app-state.ts';
import type { Warning } from './health.ts';
import { defaultSettings, type Settings } from './settings.ts';

/** What runs, and on what. */
export interface About {
  readonly version: string;
  readonly shell: 'electron' | 'browser';
  /** Name and version: `electron 45.4.1`, `node 24.21.0`. */
  readonly runtimes: readonly string[];
  /** `linux x64`, the system's release, the kind of desktop. */
  readonly system: readonly string[];
}

export interface DiagnosticFacts {
  readonly about: About;
  readonly state: AppState;
  readonly settings: Settings;
  readonly managed: readonly (keyof Settings)[];
  /** How many of each there are: `alerts`, `subscriptions`, …; null where nobody can tell. */
  readonly counts: Readonly<Record<string, number | null>>;
  /** Lines of the log, oldest first; secrets and addresses are masked in them already. */
  readonly log: readonly string[];
  /** What must not be told though it may stand in the log: hosts, names, ids, folders. */
  readonly unsaid: readonly string[];
}

/**
 * A report to paste into a question for help. Of what a person has chosen or received it holds kinds, counts and times
 * only: no names, addresses, subjects, ids, secrets or public addresses.
 */
export function diagnosticsText(facts: DiagnosticFacts): string {
  const { about, state, counts } = facts;
  const { health } = state;
  const sections: readonly (readonly [string, readonly string[]])[] = [
    [
      `Tidings ${about.version}, ${state.at.toISOString()}`,
      [
        'Without names, addresses, subjects, secrets and public addresses. Please look through it before you pass it on.',
        `shell: ${about.shell}`,
        `runtime: ${about.runtimes.join(', ')}`,
        `system: ${about.system.join(', ')}`,
        `clock: UTC${offsetText(state.at)}`,
      ],
    ],
    [
      'Health',
      [
        `state: ${health.state} since ${health.since.toISOString()}, delivery: ${health.delivery}`,
        ...health.warnings.map((warning) => `warning: ${warningText(warning, state)}`),
        ...health.notices.map((notice) => `notice: ${warningText(notice, state)}`),
        ...state.chain.map(({ link, verdict, since }) => `${link}: ${verdict}${sinceText(since)}`),
        `tokens: ${state.tokenStorage.kind}${'why' in state.tokenStorage ? ` (${state.tokenStorage.why})` : ''}`,
        `sign-in: ${state.signIn.kind}`,
        `quiet: ${state.quiet === null ? 'no' : state.quiet.why}`,
      ],
    ],
    ['Accounts', state.accounts.map((_, index) => accountText(state, index))],
    ['Self-test', selfTestLines(state)],
    ['Counts', Object.entries(counts).map(([what, count]) => `${what}: ${count ?? 'unknown'}`)],
    ['Settings', settingsLines(facts)],
    [`Log, the last ${facts.log.length} lines`, facts.log.map((line) => withoutAll(line, facts.unsaid))],
  ];
  return sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => [`== ${title}`, ...lines].join('\n'))
    .join('\n\n');
}

const sinceText = (since: Date | null): string => (since === null ? '' : ` since ${since.toISOString()}`);

function offsetText(at: Date): string {
  const minutes = -at.getTimezoneOffset();
  const two = (value: number): string => String(value).padStart(2, '0');
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** Accounts are numbered: which one is meant matters, who it is does not. */
function accountNumber(state: AppState, id: string | null): string {
  const index = state.accounts.findIndex(({ account }) => account.homeAccountId === id);
  return index === -1 ? '' : `, account ${index + 1}`;
}
function warningText(warning: Warning, state: AppState): string {
  const reason = 'reason' in warning ? ` (${warning.reason})` : '';
  return `${warning.code}${reason}${accountNumber(state, warning.account)}${sinceText(warning.since)}`;
}
function accountText(state: AppState, index: number): string {
  const found = state.accounts[index];
  if (found === undefined) return '';
  const { account, session } = found;
  const reason = 'reason' in session ? ` (${session.reason})` : '';
  const since = 'since' in session ? sinceText(session.since) : '';
  return `account ${index + 1}: ${account.kind}, ${session.kind}${reason}${since}`;
}

function selfTestLines({ selfTest }: AppState): readonly string[] {
  if (selfTest === null) return [];
  const took = (ms: number | null): string => (ms === null ? '' : `, ${Math.round(ms)} ms`);
  return [
    `started: ${selfTest.startedAt.toISOString()}`,
    ...selfTest.steps.map(({ step, verdict, tookMs }) => `${step}: ${verdict}${took(tookMs)}`),
  ];
}

function settingsLines({ settings, managed }: DiagnosticFacts): readonly string[] {
  const { mail, quietHours, tunnel } = settings;
  const spans = quietHours.spans.map(({ days, from, to }) => `${days.join(' ')} ${from}–${to}`);
  return [
    `client id: ${settings.clientId === null ? 'none' : 'set'}`,
    `authority: ${isOwnTenant(settings.authority) ? 'one organisation' : settings.authority}, cloud: ${settings.cloud}`,
    `tunnel: ${tunnelText(tunnel)}`,
    `previews: ${settings.previews}, content: ${settings.contentLevel}, theme: ${settings.theme}`,
    `mail: ${mail.announce}, VIPs: ${mail.vips.length}, folders: ${mail.folders.length}`,
    `calendar: ${JSON.stringify(settings.calendar)}`,
    `reminders: ${JSON.stringify(settings.reminders)}`,
    `quiet hours: ${quietHours.enabled ? 'on' : 'off'}; ${spans.join('; ')}; through: ${through(quietHours)}`,
    `managed: ${managed.length === 0 ? 'nothing' : managed.join(', ')}`,
  ];
}
function tunnelText(tunnel: Settings['tunnel']): string {
  switch (tunnel.kind) {
    case 'localtunnel': {
      const isDefault = defaultSettings.tunnel.kind === 'localtunnel' && tunnel.host === defaultSettings.tunnel.host;
      return `localtunnel, ${isDefault ? 'the public relay' : 'another relay'}`;
    }
    case 'fixedAddress':
      return `fixed address, port ${tunnel.port}, host ${tunnel.expectHost === true ? 'checked' : 'not checked'}`;
    case 'none':
      return 'none';
  }
}
function through(quietHours: Settings['quietHours']): string {
  const who = [quietHours.vipsBreakThrough ? 'VIPs' : '', quietHours.remindersBreakThrough ? 'reminders' : ''];
  return who.filter((each) => each !== '').join(', ') || 'nobody';
}

/** The longest first, so that no part of one is left. Very short ones would only make the rest unreadable. */
function withoutAll(text: string, unsaid: readonly string[]): string {
  const found = [...new Set(unsaid)].filter((each) => each.length > 2).sort((a, b) => b.length - a.length);
  if (found.length === 0) return text;
  const literal = found.map((each) => each.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&'));
  return text.replace(new RegExp(literal.join('|'), 'giu'), '[masked]');
}

/** An authority that names an organisation, and not just which kinds of accounts may sign in. */
const isOwnTenant = (authority: string): boolean => !/\/(?:common|organizations|consumers)$/u.test(authority);
