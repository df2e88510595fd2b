import { Agent, request } from 'node:https';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { type Cloud, startCloud } from './cloud.ts';
import { type CloudName, clouds } from './clouds.ts';
import { completeAccount, defaultClientId } from './entra/accounts.ts';
import { startTinyApp } from './tiny-app-process.ts';

const national = ['usGov', 'usGovDoD', 'china'] as const satisfies readonly CloudName[];
const usernameIn = (name: CloudName): string => `ada@${name.toLowerCase()}.example`;

let cloud: Cloud;
let agent: Agent;
beforeEach(async () => {
  cloud = await startCloud();
  for (const name of ['global', ...national] as const) {
    cloud.entra.addAccount({ username: usernameIn(name), kind: 'work', cloud: name });
  }
  agent = new Agent({ proxyEnv: { HTTPS_PROXY: cloud.proxyUrl }, ca: cloud.caPem });
});
afterEach(async () => {
  agent.destroy();
  await cloud.stop();
});

function ask(url: string, token: string) {
  return new Promise<{ status: number; challenge: string; text: string }>((resolve, reject) => {
    const outgoing = request(url, { agent, headers: { authorization: `Bearer ${token}` } });
    outgoing.on('error', reject);
    outgoing.on('response', async (incoming) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
      resolve({
        status: incoming.statusCode ?? 0,
        challenge: incoming.headers['www-authenticate'] ?? '',
        text: Buffer.concat(chunks).toString(),
      });
    });
    outgoing.end();
  });
}

async function signIn(name: CloudName, scopes: string[], username = usernameIn(name)) {
  const authority = `https://${clouds[name].signIn[0]}/organizations`;
  const app = await startTinyApp(cloud.env, defaultClientId, authority);
  onTestFinished(() => app.stop());
  const outcome = app.ask({ do: 'interactive', scopes });
  const page = await app.browserUrl();
  const seen = await cloud.person.signIn(page, { username });
  if (seen.kind === 'stuck') return { seen, outcome: null };
  return { seen, outcome: await outcome };
}
const mailIn = (name: CloudName): string => `https://${clouds[name].graph}/Mail.Read`;

test.each(national)(
  'in %s an unchanged app signs in there and reads mail there, with links that lead back',
  async (name) => {
    cloud.graph.mailbox(usernameIn(name)).deliver({ subject: 'Over here' });
    const { outcome } = await signIn(name, [mailIn(name)]);
    expect(outcome).toMatchObject({ kind: 'token', scopes: expect.arrayContaining([mailIn(name)]) });
    const token = outcome?.kind === 'token' ? outcome.accessToken : '';
    const answer = await ask(`https://${clouds[name].graph}/v1.0/me/mailFolders/inbox/messages/delta`, token);
    const body = JSON.parse(answer.text);
    expect(new URL(body['@odata.deltaLink']).host).toBe(clouds[name].graph);
    expect(body.value).toMatchObject([{ subject: 'Over here' }]);
    expect(new URL(body.value[0].webLink).host).toBe(clouds[name].outlook);
    expect(answer.text).not.toContain('graph.microsoft.com');
  },
);

test('a token of one cloud is worth nothing in another, and the refusal names the sign-in of the one that was asked', async () => {
  const { outcome } = await signIn('usGov', [mailIn('usGov')]);
  const token = outcome?.kind === 'token' ? outcome.accessToken : '';
  for (const name of ['global', 'usGovDoD', 'china'] as const) {
    const { status, challenge, text } = await ask(`https://${clouds[name].graph}/v1.0/me/messages`, token);
    expect({ status, code: JSON.parse(text).error.code }).toEqual({ status: 401, code: 'InvalidAuthenticationToken' });
    expect(challenge).toContain(`https://${clouds[name].signIn[0]}/common/oauth2/authorize`);
  }
});

test('the clouds know nothing of each other’s people', async () => {
  const { seen } = await signIn('china', [mailIn('china')], usernameIn('usGov'));
  expect(seen).toEqual({ kind: 'stuck', problem: 'We could not find an account with that name.' });
});

test.each([
  ['a short name, which means the global Graph', 'Mail.Read'],
  ['the Graph of another cloud', mailIn('china')],
])('%s is refused at a national sign-in', async (_, scope) => {
  const { outcome } = await signIn('usGov', [scope]);
  expect(outcome).toMatchObject({ kind: 'error', errorCode: 'invalid_resource' });
});

test('two clouds with one sign-in keep their Graphs apart', async () => {
  const { outcome } = await signIn('usGov', [mailIn('usGovDoD')]);
  expect(outcome).toMatchObject({ kind: 'error', errorNo: '500011' });
});

test('nobody with a personal account is in a national cloud', () => {
  expect(() => completeAccount({ username: 'sam@outlook.example', kind: 'personal', cloud: 'china' }, [])).toThrow(
    'Personal accounts live in the global cloud',
  );
});
