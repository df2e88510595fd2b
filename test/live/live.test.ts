import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { startCloud } from '../cloud/cloud.ts';
import { defaultClientId, workTenantId } from '../cloud/entra/accounts.ts';
import type { CloudAccount } from '../cloud/types.ts';
import { type PlayedRun, playLive } from './played.ts';
import { type Recording, readRecording } from './recording.ts';

const limitMs = 240_000;
const canary: CloudAccount = {
  kind: 'work',
  username: 'hildegard.canary@contoso.example',
  name: 'Hildegard Canary',
  password: 'password-canary 1',
  oid: '0ca9a2f0-1111-4222-8333-ca9a2f0ca9a2',
  tid: workTenantId,
};
const { username } = canary;

async function startWorld(account = canary) {
  const cloud = await startCloud({ clock: 'real', accounts: [account] });
  const folder = mkdtempSync(join(tmpdir(), 'tidings-live-test-'));
  onTestFinished(async () => {
    await cloud.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const play = (args: readonly string[], does?: Parameters<typeof playLive>[0]['does']): PlayedRun =>
    playLive({
      cloud,
      cwd: folder,
      username,
      args: ['--client-id', defaultClientId, '--record', 'recording.json', ...args],
      ...(does === undefined ? {} : { does }),
    });
  return {
    cloud,
    folder,
    play,
    recordingText: () => readFileSync(join(folder, 'recording.json'), 'utf8'),
  };
}

const verdicts = ({ steps }: Recording): Record<string, string> =>
  Object.fromEntries(steps.map(({ name, verdict }) => [name, verdict]));

test(
  'a volunteer runs one command: every step is told, nothing is left behind, and nobody is in the recording',
  async () => {
    const { cloud, folder, play, recordingText } = await startWorld();
    cloud.graph.mailbox(username).deliver({ subject: 'subject-canary', preview: 'preview-canary' });
    const run = play(['--reauthorize', '--previews']);
    expect(await run.ended, run.lines.join('\n')).toBe(0);

    const recording = readRecording(recordingText());
    expect(verdicts(recording)).toEqual({
      'listen on this computer': 'good',
      'sign in': 'good',
      'be reachable from outside': 'good',
      'subscribe to mail and calendar': 'good',
      'Which subscriptions does GET /subscriptions show?': 'answered',
      'Is a notificationUrl that is patched validated again?': 'answered',
      'What answers a second subscription for the same resource and change types?': 'answered',
      'What answers a subscription whose address does not echo the token?': 'answered',
      'What answers an expirationDateTime beyond the limit?': 'answered',
      'How long may a subscription live when 10,000 minutes are asked for?': 'answered',
      'What answers PATCH for a subscription that is gone?': 'answered',
      'What answers a token that is none?': 'answered',
      'What answers a request whose permission was never asked for?': 'answered',
      'How does a token answer name the scopes, and how long does a token live?': 'answered',
      'walk the chain (Tidings’ own self-test)': 'good',
      'one mail': 'good',
      'one meeting': 'good',
      stay: 'skipped',
      'answer challenges': 'skipped',
      'What answers POST …/reauthorize?': 'answered',
      'sign out': 'good',
      stop: 'good',
      'nothing left at Microsoft': 'good',
    });
    expect(Object.fromEntries(recording.answers.map(({ question, answer }) => [question, answer]))).toMatchObject({
      'Which subscriptions does GET /subscriptions show?': '2 in all, 2 of them ours, 0 without notificationUrl',
      'Is a notificationUrl that is patched validated again?': 'HTTP 200; 1 validation requests came',
      'What answers PATCH for a subscription that is gone?': 'HTTP 404 ResourceNotFound',
      'What answers a request whose permission was never asked for?':
        'HTTP 403 ErrorAccessDenied; WWW-Authenticate: none',
    });
    expect(cloud.graph.subscriptions(username)).toEqual([]);
    expect(cloud.graph.violations).toEqual([]);

    // Not one trace of the person, the sign-in or this computer's address, neither recorded nor anywhere on disk.
    expect(readdirSync(folder)).toEqual(['recording.json']);
    expect(statSync(join(folder, 'recording.json')).mode & 0o777).toBe(0o600);
    const secrets = [...names(canary), ...cloud.relay.names().map(({ name }) => name), 'To myself', 'With myself'];
    expect(secrets.filter((secret) => recordingText().toLowerCase().includes(secret.toLowerCase()))).toEqual([]);
    expect(recordingText()).not.toMatch(/eyJ|opaque\.|AAMk|loca\.lt|\d+\.\d+\.\d+\.\d+/);
  },
  limitMs,
);

test(
  'Ctrl-C while the browser waits ends it at once, and Microsoft never heard of a subscription',
  async () => {
    const { cloud, play } = await startWorld();
    const run = play(['--no-record'], { signIn: 'nothing' });
    await run.said('https://login.');
    run.interrupt();
    run.interrupt();
    expect(await run.ended).toBe(130);
    expect(run.lines.at(-1)).toBe('All good.');
    expect(cloud.graph.requests).toEqual([]);
  },
  limitMs,
);

test(
  'Ctrl-C leaves no subscription, not even one that Graph made and whose answer got lost',
  async () => {
    const { cloud, play, recordingText } = await startWorld();
    cloud.graph.failNext({ method: 'POST', path: '/subscriptions$', how: 'lost' });
    const run = play([]);
    const made = Promise.withResolvers<void>();
    cloud.onEvent(({ name }) => {
      if (name === 'subscription.created') made.resolve();
    });
    await made.promise;
    run.interrupt();
    expect(await run.ended, run.lines.join('\n')).toBe(130);
    expect(cloud.graph.subscriptions(username)).toEqual([]);
    expect(verdicts(readRecording(recordingText()))['nothing left at Microsoft']).toBe('good');
  },
  limitMs,
);

test(
  'without a network at the end it says what may be left, and until when',
  async () => {
    const { cloud, play } = await startWorld();
    const run = play(['--no-record'], { mail: false });
    await run.said('Now send a mail');
    await cloud.offline(true);
    run.interrupt();
    expect(await run.ended).toBe(130);
    expect(run.lines).toContain('Something of ours may be left at Microsoft; it ends by itself within 7 days.');
    expect(cloud.graph.subscriptions(username)).toHaveLength(2);
  },
  limitMs,
);

test(
  'a challenge that comes is answered and told, and so is a mail that never came',
  async () => {
    const { cloud, play, recordingText } = await startWorld();
    const run = play(['--wait', '0.05', '--stay', '0.1'], { mail: false });
    await run.said('Staying for');
    expect(cloud.graph.challenge(username, 'reauthorizationRequired')).toBe(2);
    expect(await run.ended, run.lines.join('\n')).toBe(1);
    const recording = readRecording(recordingText());
    expect(verdicts(recording)).toMatchObject({
      'one mail': 'bad',
      'one meeting': 'good',
      'answer challenges': 'good',
    });
    expect(recording.steps.find(({ name }) => name === 'one mail')?.text).toBe('no notification of a mail came');
    expect(recording.exchanges.some(({ path, query }) => path === '/{lifecycle}' && query.length === 0)).toBe(true);
    expect(cloud.graph.subscriptions(username)).toEqual([]);
  },
  limitMs,
);

test(
  'whoever says no on the page of Microsoft is believed, and the command ends',
  async () => {
    const { cloud, play, recordingText } = await startWorld();
    const run = play([], { signIn: 'cancel' });
    expect(await run.ended, run.lines.join('\n')).toBe(1);
    const recording = readRecording(recordingText());
    expect(verdicts(recording)).toEqual({
      'listen on this computer': 'good',
      'sign in': 'bad',
      'sign out': 'skipped',
      stop: 'good',
      'nothing left at Microsoft': 'good',
    });
    expect(recording.setup.account).toBe(null);
    expect(cloud.graph.requests).toEqual([]);
  },
  limitMs,
);

test(
  'the stand-in is compared with a recording: none of its own differs, and what Microsoft did otherwise is named',
  async () => {
    const { cloud, folder, play, recordingText } = await startWorld();
    cloud.graph.mailbox(username).deliver({ subject: 'Of the day before' });
    const run = play(['--reauthorize']);
    expect(await run.ended, run.lines.join('\n')).toBe(0);
    expect(await compare(folder, 'recording.json')).toEqual({
      status: 0,
      said: 'No difference: the stand-in did what Microsoft did.\n',
    });

    writeFileSync(join(folder, 'other.json'), recordingText().replaceAll('ValidationError', 'InvalidRequest'));
    const { status, said } = await compare(folder, 'other.json');
    expect(status).toBe(1);
    expect(said).toContain(
      'POST {graph}/v1.0/subscriptions, answer 400, error/code\n    Microsoft: "InvalidRequest"\n    stand-in:  "ValidationError"',
    );
    expect(said).toContain('2 differences.');
  },
  limitMs,
);

test(
  'with an address of their own a volunteer needs no tunnel, and the address is not in the recording',
  async () => {
    const { cloud, play, recordingText } = await startWorld();
    const port = await freePort();
    const way = fork(fileURLToPath(new URL('own-address.ts', import.meta.url)), [String(port)], {
      env: { PATH: process.env.PATH ?? '', ...cloud.env },
      execArgv: ['--disable-warning=DEP0169'],
    });
    onTestFinished(() => void way.kill('SIGKILL'));
    const [address] = await once(way, 'message');
    const run = play(['--fixed-address', address, '--port', String(port)]);
    expect(await run.ended, run.lines.join('\n')).toBe(0);
    const recording = readRecording(recordingText());
    expect(recording.setup.tunnel).toBe('fixedAddress');
    expect(recording.steps.map(({ verdict }) => verdict)).not.toContain('bad');
    expect(recordingText()).not.toContain(new URL(address).host.split('.')[0]);
    // With a fixed address Tidings keeps its subscriptions when it quits. Here nothing is kept.
    expect(cloud.graph.subscriptions(username)).toEqual([]);
  },
  limitMs,
);

test(
  'in a national cloud it goes the same way, and is compared with the same one',
  async () => {
    const { folder, play, recordingText } = await startWorld({ ...canary, cloud: 'usGov' });
    const run = play(['--cloud', 'usGov']);
    expect(await run.ended, run.lines.join('\n')).toBe(0);
    const scopes = 'How does a token answer name the scopes, and how long does a token live?';
    const answer = readRecording(recordingText()).answers.find(({ question }) => question === scopes)?.answer;
    expect(answer).toMatch(/^HTTP 200; scopes, with their resource; /);
    expect(recordingText()).not.toContain('microsoft.us');
    expect((await compare(folder, 'recording.json')).status).toBe(0);
  },
  limitMs,
);

test('what is no recording is refused in one sentence', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-live-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'a.json'), '{"format":2}');
  writeFileSync(join(folder, 'b.json'), 'no JSON');
  expect([await compare(folder, 'a.json'), await compare(folder, 'b.json')]).toEqual([
    { status: 2, said: expect.stringMatching(/^This is no recording of this version: format: .*\.\n$/) },
    { status: 2, said: 'The recording is not JSON.\n' },
  ]);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** In a process of its own, as a person starts it. */
function compare(folder: string, file: string): Promise<{ status: number | null; said: string }> {
  const program = fileURLToPath(new URL('compare.ts', import.meta.url));
  const child = spawn(process.execPath, ['--disable-warning=DEP0169', program, file], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '' },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  return new Promise((resolve) => child.once('close', (status) => resolve({ status, said })));
}

function names({ username: address, name, password, oid }: CloudAccount): string[] {
  return [address, ...address.split('@'), ...name.split(' '), password, oid, 'subject-canary', 'preview-canary'];
}
