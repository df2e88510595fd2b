import { expect, test } from 'vitest';
import { type DiagnosticFacts, diagnosticsText } from '../../../main/domain/diagnostics.ts';
import { defaultSettings } from '../../../main/domain/settings.ts';
import { bothAccounts, since, stateWith } from '../shell/states.ts';

const facts = (more: Partial<DiagnosticFacts> = {}): DiagnosticFacts => ({
  about: { version: '1.2.3', shell: 'electron', runtimes: ['electron 45.4.1'], system: ['linux x64'] },
  state: stateWith([]),
  settings: defaultSettings,
  managed: [],
  counts: { alerts: 3, subscriptions: null },
  log: [],
  unsaid: [],
  ...more,
});
const section = (text: string, title: string): string[] | undefined =>
  text
    .split('\n\n')
    .map((part) => part.split('\n'))
    .find(([head]) => head?.startsWith(`== ${title}`))
    ?.slice(1);

test('accounts are numbered, and a warning says which one it is about', () => {
  const state = stateWith(
    [
      { code: 'sign-in-required', account: 'home-id', reason: 'password-changed', since },
      { code: 'configuration', account: null, message: 'The policy file /etc/secret/policy.json is ignored.', since },
    ],
    {
      accounts: bothAccounts.map((each, index) =>
        index === 0
          ? each
          : {
              ...each,
              session: { kind: 'signInRequired', reason: 'password-changed', claims: 'secret claims', since },
            },
      ),
    },
  );
  const text = diagnosticsText(facts({ state }));
  expect([section(text, 'Accounts'), text.split('\n').filter((line) => line.startsWith('warning'))]).toEqual([
    [
      'account 1: work, signedIn',
      'account 2: personal, signInRequired (password-changed) since 2026-11-21T09:12:00.000Z',
    ],
    [
      'warning: configuration since 2026-11-21T09:12:00.000Z',
      'warning: sign-in-required (password-changed), account 2 since 2026-11-21T09:12:00.000Z',
    ],
  ]);
  expect(text).not.toMatch(/secret claims|policy\.json|contoso|fabrikam|ada/iu);
});

test('what must not be told is taken out of the log, in any case, the longer before its parts', () => {
  const unsaid = ['ada', 'ada@contoso.example', 'a+b(c).example', '', 'x'];
  const log = ['ADA@Contoso.Example wrote', 'to A+B(C).example', 'the axe of ada'];
  expect(section(diagnosticsText(facts({ log, unsaid })), 'Log')).toEqual([
    '[masked] wrote',
    'to [masked]',
    'the axe of [masked]',
  ]);
});

test('what nobody can tell is said to be unknown, and empty sections are left out', () => {
  const text = diagnosticsText(facts({ state: stateWith([], { accounts: [] }) }));
  expect([section(text, 'Counts'), section(text, 'Accounts'), section(text, 'Self-test')]).toEqual([
    ['alerts: 3', 'subscriptions: unknown'],
    undefined,
    undefined,
  ]);
});

test('of a self-test each step is told, of an own tenant and an own relay only that they are', () => {
  const text = diagnosticsText(
    facts({
      state: stateWith([], {
        selfTest: {
          startedAt: since,
          finishedAt: null,
          steps: [
            { step: 'token', verdict: 'good', text: 'Signed in as ada@contoso.example.', tookMs: 12.4 },
            { step: 'tunnel', verdict: 'running', text: '', tookMs: null },
          ],
        },
      }),
      settings: {
        ...defaultSettings,
        authority: 'https://login.microsoftonline.com/contoso.example',
        tunnel: { kind: 'localtunnel', host: 'https://relay.contoso.example' },
      },
    }),
  );
  expect([section(text, 'Self-test'), section(text, 'Settings')?.slice(1, 3)]).toEqual([
    ['started: 2026-11-21T09:12:00.000Z', 'token: good, 12 ms', 'tunnel: running'],
    ['authority: one organisation, cloud: global', 'tunnel: localtunnel, another relay'],
  ]);
});
