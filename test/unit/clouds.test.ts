import { expect, test } from 'vitest';
import { isOurAuthority } from '../../main/auth/browser-step.ts';
import { missingScopes } from '../../main/auth/msal-account.ts';
import { type CloudName, cloudNames, clouds } from '../../main/domain/cloud.ts';
import { adminConsentUrl } from '../../main/domain/hand-on.ts';
import { defaultSettings, markReadScopes, scopesFor } from '../../main/domain/settings.ts';
import { createGraph } from '../../main/graph/graph.ts';
import { webLinkOf } from '../../main/graph/wire.ts';
import { parseWwwAuthenticate } from '../../main/graph/www-authenticate.ts';
import { allowedLink } from '../../main/shell/allowed-links.ts';
import { authoritySchema } from '../../main/system/settings-schema.ts';
import { createManualClock } from '../cloud/clock.ts';
import { createRecordingLog } from './store/fixtures.ts';

/** microsoft-graph: one row for each cloud. */
const table: readonly [CloudName, string, string][] = [
  ['global', 'https://graph.microsoft.com', 'login.microsoftonline.com'],
  ['usGov', 'https://graph.microsoft.us', 'login.microsoftonline.us'],
  ['usGovDoD', 'https://dod-graph.microsoft.us', 'login.microsoftonline.us'],
  ['china', 'https://microsoftgraph.chinacloudapi.cn', 'login.chinacloudapi.cn'],
];
const challenge = (host: string): string =>
  `Bearer authorization_uri="https://${host}/common/oauth2/authorize", error="insufficient_claims", claims="${btoa('{"a":1}')}"`;

test('every cloud stands in the table', () => {
  expect(table.map(([name]) => name)).toEqual(cloudNames);
});

test.each(table)('%s: Graph, sign-in, scopes and links belong together', (name, graph, signIn) => {
  const settings = { ...defaultSettings, cloud: name, authority: clouds[name].authority };
  expect(clouds[name].graphOrigin).toBe(graph);
  expect(new URL(clouds[name].authority).host).toBe(signIn);
  expect(isOurAuthority(`https://${signIn}/x/oauth2/v2.0/authorize`, settings.authority)).toBe(true);
  expect(scopesFor(settings)).toEqual(
    name === 'global' ? ['Mail.ReadBasic', 'Calendars.Read'] : [`${graph}/Mail.ReadBasic`, `${graph}/Calendars.Read`],
  );
  expect(scopesFor(settings, markReadScopes).at(-1)).toBe(
    name === 'global' ? 'Mail.ReadWrite' : `${graph}/Mail.ReadWrite`,
  );
  expect(missingScopes(scopesFor(settings), [`${graph}/mail.readbasic`, 'calendars.read'])).toEqual([]);
  const consent = adminConsentUrl({ ...settings, clientId: 'c', tenantId: 't', scopes: scopesFor(settings) });
  expect(new URL(consent).host).toBe(signIn);
  expect(new URL(consent).searchParams.get('scope')).toBe(`${graph}/Mail.ReadBasic ${graph}/Calendars.Read`);
  for (const host of [...clouds[name].mailHosts, ...clouds[name].meetingHosts]) {
    expect(allowedLink(`https://${host}/x`)).toBe(`https://${host}/x`);
  }
  for (const host of clouds[name].mailHosts) expect(webLinkOf(`https://${host}/x`)).toBe(`https://${host}/x`);
});

test.each(table)('%s: each of its sign-in hosts may be named as the authority', (name) => {
  for (const host of clouds[name].signInHosts) {
    expect(authoritySchema.parse(`https://${host}/contoso.example/`)).toBe(`https://${host}/contoso.example`);
  }
});

test.each(table)('%s: a challenge is believed from its own sign-in only', (name, graph, signIn) => {
  const read = (host: string) => parseWwwAuthenticate(challenge(host), `${graph}/v1.0`);
  expect(read(signIn)).toMatchObject({ challenge: { claims: '{"a":1}' }, refused: [] });
  for (const [other, , host] of table) {
    if (clouds[name].signInHosts.includes(host)) continue;
    expect([other, read(host)]).toEqual([other, { challenge: null, refused: ['foreign-authorization-uri'] }]);
  }
});

test.each(table)('%s: the token is sent to the Graph of that cloud and nowhere else', async (_name, graph) => {
  const asked: { url: string; authorization: string | null }[] = [];
  const { mail, close } = createGraph({
    fetch: async (input, init) => {
      asked.push({ url: String(input), authorization: new Headers(init?.headers).get('authorization') });
      return Response.json({ unreadItemCount: 3 });
    },
    baseUrl: `${graph}/v1.0`,
    tokens: { accessToken: async () => 'token-1' },
    clock: { ...createManualClock(), onJump: () => () => {} },
    log: createRecordingLog(),
    previews: false,
  });
  expect(await mail.unreadCount()).toBe(3);
  await close();
  expect(asked).toEqual([
    { url: `${graph}/v1.0/me/mailFolders/inbox?$select=unreadItemCount`, authorization: 'Bearer token-1' },
  ]);
});
