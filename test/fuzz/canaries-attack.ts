import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { AttackContext } from './attacks.ts';
import { item, json, post } from './corpus/case.ts';
import { type Canary, hits, processes, profileFiles, tokensIn } from './places.ts';
import { sendRaw } from './send.ts';
import { appFolder, startTarget, type Target, username } from './target.ts';

/** What a forger who knows our secrets would have us show. */
const forgedWords = 'Your account is locked, call 555 0100';

/** A subject as nobody else writes it, so that a search finds it and only it. */
const rare = (what: string): string => `${what}-${randomBytes(9).toString('hex')}`;

/** Plants secrets of every kind, lives through everything that could let one slip, then looks in every place. */
export async function attackForCanaries({ verdicts, say }: AttackContext): Promise<void> {
  const password = rare('password');
  const target = await startTarget({ signIn: false });
  try {
    const words = await live(target, password);
    const known = target.known();
    const secrets: readonly Canary[] = [
      ...tokensIn(target.keyring),
      { name: 'password', text: password },
      { name: 'authorization code', text: words.code },
      { name: 'client state', text: known.clientState },
      { name: 'notification path', text: known.notificationPath },
      { name: 'lifecycle path', text: known.lifecyclePath },
      { name: 'probe path', text: known.probePath },
      { name: 'probe key', text: known.probeKey },
    ];
    const personal: readonly Canary[] = [
      { name: 'subject', text: words.subject },
      { name: 'preview', text: words.preview },
      { name: 'sender', text: words.sender },
      { name: 'meeting', text: words.meeting },
      { name: 'place', text: words.place },
      { name: 'address of the account', text: username },
    ];
    const page: readonly Canary[] = [
      { name: 'page token', text: target.token() },
      ...target.pageCodes().map((text) => ({ name: 'page code', text })),
    ];
    const all = [...secrets, ...personal, ...page];
    say(`planted: ${all.map(({ name }) => name).join(', ')}`);
    const check = (goal: string, what: string, found: readonly string[], note?: string): void =>
      verdicts.check(
        goal,
        what,
        `${found.length} hits`,
        '0',
        found.length === 0,
        [...found, note].filter(Boolean).join('; ') || undefined,
      );

    const log = target.log();
    const seen = ['uncaught', 'unhandled', 'token.refused', 'sign-in.done', 'subscription.created', 'request.refused'];
    const missing = seen.filter((event) => !log.includes(`"event":"${event}"`));
    verdicts.check(
      'S8',
      'what happened, by the log',
      missing.length === 0 ? 'all of it' : `no ${missing.join(', ')}`,
      'all of it',
      missing.length === 0,
      'the log has one level, and it is always on',
    );
    check(
      'S8',
      `${all.length} canaries in the logs`,
      hits({ logs: log, output: target.output() }, [...secrets, ...personal, page[0] as Canary]),
      'errors that nobody caught are in there, with secrets in their text',
    );
    const files = profileFiles(target.folder, ['keyring.json', 'desk', 'bin', appFolder]);
    const names = Object.keys(files).filter((name) => !name.includes('/logs/'));
    const wanted = ['history.db', 'history.db-wal'].filter((name) => !names.some((each) => each.endsWith(name)));
    verdicts.check(
      'A4',
      'files of the profile',
      `${names.length} read`,
      'database and WAL among them',
      wanted.length === 0,
    );
    check('A4', `${all.length} canaries in those files`, hits(files, all), 'as text, UTF-16 and base64');
    const running = processes(target.pid());
    if (running === null)
      verdicts.notRun('S8', 'arguments and environments', '0 hits', 'only Linux shows them in /proc');
    else {
      const shows = Object.keys(running).some((name) => name.includes('notify-send'));
      verdicts.check('D8', 'a toast is on the screen meanwhile', shows ? 'yes' : 'no', 'yes', shows);
      check(
        'S8',
        `arguments and environments of ${Object.keys(running).length / 2} processes`,
        hits(running, all),
        'Tidings, its shell helpers and notify-send; the address given to the browser is looked at by itself',
      );
    }
    const opened = words.opened.join('\n');
    check(
      'S8',
      'the address of the sign-in page, an argument of the browser’s',
      hits({ opened }, [...secrets, ...personal.slice(0, 5)]),
    );
    const traffic = target.traffic();
    check(
      'S8',
      `${(traffic.length / 1024).toFixed(0)} KB between page and main`,
      hits({ traffic }, [...secrets, ...page]),
      'subjects and senders cross, they are what the page shows',
    );
    verdicts.check(
      'L6',
      'words of a forged event that the page is told',
      `${hits({ traffic }, [{ name: 'forged words', text: forgedWords }]).length}`,
      '0',
      !traffic.includes(forgedWords),
    );
    const report = await target.ask('health:diagnostics');
    check('S8', 'the report for a question for help', hits({ report }, all));
    const titles = [...traffic.matchAll(/"headline":"([^"]*)"/g)].map(([, headline = '']) => headline).join('\n');
    check(
      'S8',
      'headlines, which are titles and tooltips',
      hits({ titles }, [...secrets, ...personal.slice(0, 5), ...page]),
    );
    const toasts = words.toasts.join('\n');
    verdicts.check('D8', 'toasts at "count only"', `${words.toasts.length}`, 'some', words.toasts.length > 0);
    check('D8', 'canaries in them', hits({ toasts }, all));
  } finally {
    await target.stop();
  }
}

interface Words {
  readonly subject: string;
  readonly preview: string;
  readonly sender: string;
  readonly meeting: string;
  readonly place: string;
  readonly code: string;
  readonly opened: readonly string[];
  readonly toasts: readonly string[];
}

/** Signs in, wrongly and rightly; is told of mail and meetings; loses its tunnel's trust, its password, and its temper. */
async function live(target: Target, password: string): Promise<Words> {
  const { cloud } = target;
  const opened: string[] = [];
  const toasts: string[] = [];
  const look = (): void => {
    for (const { title, body } of target.programs.toasts()) toasts.push(`${title} ${body}`);
  };
  await target.ask('settings:change', { contentLevel: 'countOnly' });
  const code = rare('code');
  const first = await target.beginSignIn();
  opened.push(first);
  const asked = new URL(first).searchParams;
  // A code that nobody gave out, with the right state: it is tried, and refused.
  const form = new URLSearchParams({ code, state: asked.get('state') ?? '' });
  await fetch((asked.get('redirect_uri') ?? '').replace('localhost', '127.0.0.1'), {
    method: 'POST',
    body: form,
    redirect: 'manual',
  });
  await target.until(({ signIn }) => signIn.kind === 'failed', 'the forged code is refused');

  const second = await target.beginSignIn();
  opened.push(second);
  await cloud.person.signIn(second, { username });
  await target.until(({ health }) => health.state === 'allGood', 'all good');

  const subject = rare('subject');
  const preview = rare('preview');
  const sender = `${rare('sender')}@fabrikam.example`;
  const meeting = rare('meeting');
  const place = rare('place');
  cloud.graph.mailbox(username).deliver({ subject, preview, from: `Grace Roe <${sender}>` });
  cloud.graph
    .calendar(username)
    .create({ subject: meeting, location: place, start: new Date(Date.now() + 86_400_000) });
  const endMs = performance.now() + 30_000;
  while ((await target.ask('alerts:list', null, '')).alerts.length < 2) {
    if (performance.now() > endMs) throw new Error('the mail and the meeting were not told of');
    await delay(50);
  }
  await delay(500);
  look();

  const known = target.known();
  const port = await target.port();
  for (const fields of [{ clientState: 'stranger' }, { lifecycleEvent: forgedWords }, { changeType: forgedWords }]) {
    await sendRaw(port, post(known, known.notificationPath, json(item(known, fields))));
  }
  await sendRaw(port, post(known, `${known.probePath}x`, known.probeKey));
  const token = tokensIn(target.keyring).find(({ name }) => name === 'access token')?.text ?? '';
  target.fail(
    `fetch https://graph.microsoft.com/v1.0/me?$deltatoken=${known.clientState} failed for ${username}: Bearer ${token}; ` +
      `code=${code}&client_state=${known.clientState}&password=${password} https://${known.host}/${known.notificationPath} ${known.probeKey}`,
  );
  cloud.graph.failNext({
    path: '/v1.0/me/',
    how: 'status',
    status: 500,
    code: 'generalException',
    message: `${subject} ${sender}`,
    times: 2,
  });
  await target.ask('health:check-now');
  await target.ask('health:self-test');
  await target.until(({ selfTest }) => selfTest?.finishedAt !== null && selfTest !== null, 'the self-test ends');
  look();

  cloud.entra.resetPassword(username, { newPassword: password });
  await target.ask('health:check-now');
  await target.until(({ health }) => health.state === 'signInRequired', 'the reset is noticed');
  await delay(300);
  look();
  const third = await target.beginSignIn();
  opened.push(third);
  await cloud.person.signIn(third, { username, password });
  await target.until(({ health }) => health.state === 'allGood', 'all good again');
  cloud.graph.mailbox(username).deliver({ subject, preview, from: `Grace Roe <${sender}>` });
  await delay(2000);
  look();
  return { subject, preview, sender, meeting, place, code, opened, toasts };
}
