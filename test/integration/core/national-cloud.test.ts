import { expect, onTestFinished, test } from 'vitest';
import { type CloudName, clouds } from '../../../main/domain/cloud.ts';
import { defaultSettings, scopesFor } from '../../../main/domain/settings.ts';
import { startDesk } from '../auth/desk.ts';

const username = 'ada@agency.example';

/** Somebody whose mailbox lives in another cloud; every host that is asked is noted. */
async function startIn(cloud: CloudName) {
  const desk = await startDesk();
  onTestFinished(() => desk.stop());
  desk.cloud.entra.addAccount({ username, kind: 'work', cloud });
  const { authority } = clouds[cloud];
  const hosts = new Set<string>();
  const scopes = scopesFor({ ...defaultSettings, cloud, authority });
  const identity = await desk.newIdentity({
    authority,
    scopes,
    fetch(url, init) {
      hosts.add(new URL(url).host);
      return desk.fetch(url, init);
    },
  });
  return { desk, identity, hosts, scopes };
}

test.each<CloudName>(['usGov', 'usGovDoD', 'china'])(
  'in %s a person signs in there, and no other cloud hears of it',
  async (cloud) => {
    const { desk, identity, hosts, scopes } = await startIn(cloud);
    const opened: URL[] = [];
    const account = await identity.signIn({
      scopes,
      signal: new AbortController().signal,
      openBrowser: async (url) => {
        opened.push(new URL(url));
        // As a browser does: the page answers the app by itself, later.
        void desk.cloud.person.signIn(url, { username });
      },
    });
    expect(account.username).toBe(username);
    const [page] = opened;
    expect(clouds[cloud].signInHosts).toContain(page?.host);
    expect(page?.searchParams.get('scope')?.split(' ')).toEqual(expect.arrayContaining([...scopes]));
    expect(await identity.accessToken(account.homeAccountId, { forceRefresh: true })).toMatch(/\S{20}/);
    expect([...hosts].filter((host) => !clouds[cloud].signInHosts.includes(host))).toEqual([]);
    expect(hosts.size).toBeGreaterThan(0);
  },
);
