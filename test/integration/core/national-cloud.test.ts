import { expect, onTestFinished, test } from 'vitest';
import { type CloudName, clouds } from '../../../main/domain/cloud.ts';
import { defaultSettings, scopesFor } from '../../../main/domain/settings.ts';
import { ada, startDesk } from '../auth/desk.ts';

/**
 * The stand-in plays the global cloud only. Here another cloud is seen in its place: names are exchanged on the way, in
 * both directions, and every host that was asked is noted.
 */
async function startIn(cloud: CloudName) {
  const desk = await startDesk();
  onTestFinished(() => desk.stop());
  const there = clouds[cloud];
  const hosts = new Set<string>();
  const names: readonly (readonly [string, string])[] = [
    ...there.signInHosts.map((host) => [host, 'login.microsoftonline.com'] as const),
    [new URL(there.graphOrigin).host, 'graph.microsoft.com'],
  ];
  const toStandIn = (text: string): string => names.reduce((all, [own, global]) => all.replaceAll(own, global), text);
  const back = (text: string): string =>
    text
      .replaceAll('login.microsoftonline.com', there.signInHosts[0] ?? '')
      .replaceAll('graph.microsoft.com', new URL(there.graphOrigin).host);
  const authority = there.authority;
  const scopes = scopesFor({ ...defaultSettings, cloud, authority });
  const identity = await desk.newIdentity({
    authority,
    scopes,
    fetch: async (url, init) => {
      hosts.add(new URL(url).host);
      const body = typeof init.body === 'string' ? { body: toStandIn(init.body) } : {};
      const answer = await desk.fetch(toStandIn(url), { ...init, ...body });
      return new Response(back(await answer.text()), { status: answer.status, headers: answer.headers });
    },
  });
  return { desk, identity, hosts, scopes, toStandIn };
}

test.each<CloudName>(['usGov', 'usGovDoD', 'china'])(
  'in %s a person signs in there, and no other cloud hears of it',
  async (cloud) => {
    const { desk, identity, hosts, scopes, toStandIn } = await startIn(cloud);
    const opened: URL[] = [];
    const account = await identity.signIn({
      scopes,
      signal: new AbortController().signal,
      openBrowser: async (url) => {
        opened.push(new URL(url));
        // As a browser does: the page answers the app by itself, later.
        void desk.cloud.person.signIn(toStandIn(url), { username: ada });
      },
    });
    expect(account.username).toBe(ada);
    const [page] = opened;
    expect(clouds[cloud].signInHosts).toContain(page?.host);
    expect(page?.searchParams.get('scope')?.split(' ')).toEqual(expect.arrayContaining([...scopes]));
    expect(await identity.accessToken(account.homeAccountId, { forceRefresh: true })).toMatch(/\S{20}/);
    expect([...hosts].filter((host) => !clouds[cloud].signInHosts.includes(host))).toEqual([]);
    expect(hosts.size).toBeGreaterThan(0);
  },
);
