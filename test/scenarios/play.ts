/** Plays a story on a stage and checks what it expects. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { SettingsValues } from '../../preload/contract.ts';
import { defaultClientId } from '../cloud/entra/accounts.ts';
import { type CoreDriver, createCoreDriver } from '../stage/core-driver.ts';
import { type Stage, startStage } from '../stage/stage.ts';
import { readPlayedKeyring, writePlayedKeyring } from '../tools/played-keyring.ts';
import { createChecker } from './check.ts';
import { secretsInLog } from './secrets.ts';
import type { Step, Story } from './vocabulary.ts';

/** Real milliseconds. */
const signInTakenLimitMs = 10_000;
/** Virtual seconds. */
const clickLimitS = 120;
/** Real milliseconds. */
const clickRealMs = 3_000;

/** One line of the timeline: what the story did, what the cloud saw, what the person saw. */
export interface TimelineLine {
  readonly at: string;
  readonly who: 'story' | 'cloud' | 'tray' | 'toast' | 'expect';
  readonly text: string;
}
export interface Verdict {
  readonly story: string;
  readonly passed: boolean;
  /** Number of the step (from 1) and what was wrong. */
  readonly failure: { readonly step: number; readonly text: string } | null;
  readonly tookMs: number;
}

export async function play(story: Story, tell: (line: TimelineLine) => void): Promise<Verdict> {
  const startedAt = performance.now();
  const line = (at: Date, who: TimelineLine['who'], text: string): void =>
    tell({ at: at.toISOString().slice(0, 19).replace('T', ' '), who, text });
  const drivers: CoreDriver[] = [];
  const stage = await startStage({
    start: story.start,
    createApp(env, events) {
      const driver = createCoreDriver(env, events);
      drivers.push(driver);
      return driver;
    },
    onToast: (toast) => line(toast.at, 'toast', `${toast.title} | ${toast.body}`),
  });
  stage.cloud.onEvent((event) => line(event.at, 'cloud', `${event.site}: ${event.text}`));
  const [app] = drivers;
  if (app === undefined) throw new Error('the app was not created');
  const player = createPlayer({ ...stage, app }, (text) => line(stage.now(), 'expect', text));
  let lastTooltip = '';
  let failure: Verdict['failure'] = null;
  try {
    for (const [index, step] of story.steps.entries()) {
      if (!('expect' in step)) line(stage.now(), 'story', inWords(step));
      try {
        await player.run(step);
      } catch (error) {
        failure = { step: index + 1, text: error instanceof Error ? error.message : String(error) };
        line(stage.now(), 'expect', `FAILED at step ${index + 1}: ${failure.text}`);
        break;
      }
      const tooltip = stage.app.running() ? (await stage.app.glance()).tooltip : '(not running)';
      if (tooltip !== lastTooltip) line(stage.now(), 'tray', tooltip);
      lastTooltip = tooltip;
    }
    const found = secretsInLog(app, stage.cloud, story);
    if (failure === null && found.length > 0) {
      failure = { step: story.steps.length, text: `the log holds ${found.join(', ')}` };
      line(stage.now(), 'expect', `FAILED afterwards: ${failure.text}`);
    }
  } finally {
    await stage.stop();
  }
  return { story: story.name, passed: failure === null, failure, tookMs: Math.round(performance.now() - startedAt) };
}

const inWords = (step: Step): string =>
  Object.entries(step)
    .map(([key, value]) =>
      typeof value === 'string' && key === Object.keys(step)[0]
        ? `${key} ${value}`
        : `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
    )
    .join(' ');

/** What the app asks for, and an organisation may leave to its administrator. */
const readingScopes = ['Mail.Read', 'Calendars.Read'];

function seriesOf({ every, times }: Extract<Step, { meeting: string }>) {
  if (every === undefined) return {};
  return { series: { every, timeZone: 'Europe/Berlin', ...(times === undefined ? {} : { count: times }) } };
}

function createPlayer(stage: Stage & { readonly app: CoreDriver }, held: (text: string) => void) {
  const { cloud, app } = stage;
  const { check, look } = createChecker(stage, held);
  const mails = new Map<string, string>();
  const meetings = new Map<string, string>();
  const takenNames: string[] = [];
  const keyring = join(app.folder, 'keyring.json');
  const idOf = (ids: ReadonlyMap<string, string>, subject: string): string => {
    const id = ids.get(subject);
    if (id === undefined) throw new Error(`nothing called “${subject}” has come up in this story yet`);
    return id;
  };

  async function run(step: Step): Promise<void> {
    if ('say' in step) return;
    if ('expect' in step) return await check(step.expect, step.within);
    await act(step);
    await stage.settle();
  }

  async function act(step: Exclude<Step, { expect: unknown } | { say: string }>): Promise<void> {
    if ('app' in step) {
      if (step.app === 'start') return await stage.startApp();
      if (step.app === 'dies at the next notification') return await app.dieAtNotification(step.when);
      return await (step.app === 'quit' ? app.quit() : app.kill());
    }
    if ('window' in step) return await actInWindow(step);
    if ('folder' in step && 'name' in step) return actOnFolder(step);
    if ('settings' in step) return await changeSettings(step);
    if ('policy' in step) return writeFileSync(join(app.folder, 'app-policy.json'), JSON.stringify(step.policy));
    if ('click' in step) return await app.clickMenu(step.click);
    if ('clickToast' in step) {
      const toast = stage.toasts.findLast(
        (each) => each.open && `${each.title} | ${each.body}`.includes(step.clickToast),
      );
      if (toast === undefined) throw new Error(`no toast with “${step.clickToast}” is on the screen`);
      return await app.clickToast(toast.key);
    }
    if ('pressToast' in step) {
      const toast = stage.toasts.findLast(
        (each) => each.open && `${each.title} | ${each.body}`.includes(step.pressToast),
      );
      if (toast === undefined) throw new Error(`no toast with “${step.pressToast}” is on the screen`);
      return await app.pressToast(toast.key, step.button);
    }
    if ('browser' in step) {
      const { as: username, browser: action, password } = step;
      const choice = action === 'is refused' ? 'accept' : action;
      const result = await stage.signIn({
        username,
        action: choice,
        ...(password === undefined ? {} : { password }),
      });
      if (action === 'is refused') {
        if (result.kind !== 'stuck') throw new Error(`the sign-in page let ${username} through`);
        return;
      }
      if (result.kind === 'stuck') throw new Error(`the sign-in page says: ${result.problem}`);
      return await (result.kind === 'returned' ? signInTaken() : undefined);
    }
    if ('mail' in step) return actOnMail(step);
    if ('meeting' in step) return actOnMeeting(step);
    if ('graph' in step) return actOnGraph(step);
    if ('entra' in step) return actOnEntra(step);
    if ('relay' in step) return await actOnRelay(step.relay);
    if ('network' in step) return await cloud.offline(step.network === 'off');
    if ('keyring' in step) {
      const now = readPlayedKeyring(keyring);
      if (step.keyring === 'wiped') return writePlayedKeyring(keyring, { locked: false, secrets: {} });
      return writePlayedKeyring(keyring, { ...now, locked: step.keyring === 'locked' });
    }
    if ('machine' in step) return await stage.sleep(step.for, step.machine === 'freezes' ? 'untold' : undefined);
    await pass(step);
  }

  async function pass({ time, holding, every }: Extract<Step, { time: number }>): Promise<void> {
    if (holding === undefined) return await stage.advance(time);
    for (let left = time; left > 0; left -= every) {
      await stage.advance(Math.min(every, left));
      await look(holding);
    }
  }

  async function actInWindow(step: Extract<Step, { window: string }>): Promise<void> {
    switch (step.window) {
      case 'adds an account':
        return await app.addAccount();
      case 'signs out':
        return await app.signOut(step.account);
      case 'mutes':
      case 'unmutes': {
        const refused = await app.muteConversation(step.subject, step.window === 'mutes');
        if (refused !== null) throw new Error(`the window says “${refused}”`);
        return;
      }
      case 'runs the self-test':
        return await app.runSelfTest();
      case 'snoozes':
      case 'dismisses':
      case 'joins': {
        const act = step.window === 'snoozes' ? step.for : step.window === 'joins' ? 'join' : 'dismiss';
        const says = await app.actOnReminder(step.subject, act);
        if (step.refused === undefined ? says !== null : says?.includes(step.refused) !== true) {
          throw new Error(`the window says ${says === null ? 'nothing' : `“${says}”`}`);
        }
        return;
      }
      case 'chooses folders': {
        const refused = await passing(app.chooseFolders(step.account, step.folders));
        if (refused !== null) throw new Error(`the folders were refused: ${refused}`);
        return;
      }
      case 'marks as read': {
        const says = await passing(app.markRead(step.subject));
        if (step.refused === undefined ? says !== null : says?.includes(step.refused) !== true) {
          throw new Error(`the window says ${says === null ? 'nothing' : `“${says}”`}`);
        }
      }
    }
  }

  /** What the app does with a click may need time, and only here does time pass. */
  async function passing<T>(work: Promise<T>): Promise<T> {
    let ended = false;
    const noted = work.finally(() => {
      ended = true;
    });
    noted.catch(() => {});
    await stage.settle();
    // Opening the browser takes real time; whatever takes longer waits for virtual time.
    const endAt = performance.now() + clickRealMs;
    while (!ended && performance.now() < endAt) await delay(5);
    for (let left = clickLimitS; !ended && left > 0; left -= 1) await stage.advance(1_000);
    if (!ended) throw new Error(`the app has not answered the click within ${clickLimitS} s`);
    return await noted;
  }

  function actOnFolder(step: Extract<Step, { folder: string; name: string }>): void {
    const mailbox = cloud.graph.mailbox(step.of);
    if (step.folder === 'is made') mailbox.addFolder(step.name, step.inside);
    else mailbox.removeFolder(step.name);
  }

  async function changeSettings({ settings, refused }: Extract<Step, { settings: unknown }>): Promise<void> {
    const answer = await app.changeSettings(settings as Partial<SettingsValues>);
    if (refused === undefined && answer !== null) throw new Error(`the settings were refused: ${answer}`);
    if (refused !== undefined && answer?.includes(refused) !== true) {
      throw new Error(`the settings were ${answer === null ? 'taken' : `refused with “${answer}”`}`);
    }
  }

  /** The browser is back at the app; what the app does with that takes real time, and must not meet a clock that runs on. */
  async function signInTaken(): Promise<void> {
    const endAt = performance.now() + signInTakenLimitMs;
    while (app.running() && (await app.glance()).app.signIn.kind === 'waitingForBrowser') {
      if (performance.now() > endAt) throw new Error('the app did not take the answer of the browser');
      await delay(10);
    }
  }

  function actOnMail(step: Extract<Step, { mail: string }>): void {
    const mailbox = cloud.graph.mailbox(step.to);
    if (step.mail === 'arrives') {
      for (let n = 1; n <= step.count; n += 1) {
        const subject = step.count === 1 ? step.subject : `${step.subject} ${n}`;
        mails.set(
          subject,
          mailbox.deliver({
            subject,
            from: step.from,
            isRead: step.read,
            folder: step.folder ?? 'inbox',
            importance: step.important ? 'high' : 'normal',
            isFocused: step.focused,
            preview: step.preview,
            ...(step.conversation === undefined ? {} : { conversationId: step.conversation }),
          }).immutableId,
        );
      }
      return;
    }
    const id = idOf(mails, step.subject);
    if (step.mail === 'is read') mailbox.markRead(id);
    else if (step.mail === 'is unread') mailbox.markUnread(id);
    else if (step.mail === 'is moved') mailbox.move(id, step.folder ?? 'archive');
    else if (step.mail === 'is restored') mailbox.move(id, 'inbox');
    else mailbox.remove(id);
  }

  function actOnMeeting(step: Extract<Step, { meeting: string }>): void {
    const calendar = cloud.graph.calendar(step.of);
    const fields = {
      ...(step.start === undefined ? {} : { start: step.start }),
      ...(step.location === undefined ? {} : { location: step.location }),
      ...(step.lasts === undefined ? {} : { durationMinutes: step.lasts / 60_000 }),
      ...(step.reminds === undefined ? {} : { reminderMinutesBeforeStart: step.reminds / 60_000 }),
      ...(step.allDay === undefined ? {} : { isAllDay: step.allDay }),
      ...(step.online === undefined ? {} : { isOnlineMeeting: step.online }),
    };
    if (step.meeting === 'is created') {
      const copied = step.copyOf === undefined ? undefined : idOf(meetings, `${step.copyOf} ${step.subject}`);
      const original = step.copyOf === undefined ? [] : cloud.graph.calendar(step.copyOf).events();
      const iCalUId = original.find(({ immutableId }) => immutableId === copied)?.iCalUId;
      const input = { subject: step.subject, isOrganizer: step.mine, ...fields, ...seriesOf(step) };
      const { immutableId } = calendar.create({ ...input, ...(iCalUId === undefined ? {} : { iCalUId }) });
      meetings.set(`${step.of} ${step.subject}`, immutableId);
      return;
    }
    const id =
      step.day === undefined
        ? idOf(meetings, `${step.of} ${step.subject}`)
        : occurrenceOn(step.subject, step.of, step.day);
    if (step.meeting === 'is cancelled') calendar.cancel(id);
    else if (step.meeting === 'is deleted') calendar.remove(id);
    else if (step.meeting === 'is declined') calendar.setResponse(id, 'declined');
    else calendar.update(id, fields);
  }

  /** The one of a series that begins on that date, UTC. */
  function occurrenceOn(subject: string, of: string, day: string): string {
    const from = new Date(`${day}T00:00:00Z`);
    const found = cloud.graph
      .calendar(of)
      .between(from, new Date(from.getTime() + 86_400_000))
      .find((event) => event.seriesMasterId === idOf(meetings, `${of} ${subject}`));
    if (found === undefined) throw new Error(`“${subject}” does not take place on ${day}`);
    return found.immutableId;
  }

  function actOnEntra(step: Extract<Step, { entra: string }>): void {
    const { entra } = cloud;
    switch (step.entra) {
      case 'issues tokens for':
        entra.setTokenLifetime(step.minutes * 60);
        return;
      case 'resets the password': {
        const newPassword = `${entra.currentPassword(step.account)}!`;
        entra.resetPassword(step.account, { newPassword, suberror: step.suberror });
        return;
      }
      case 'demands a second factor':
        entra.demandSecondFactor(step.account);
        return;
      case 'withdraws the consent':
        entra.withdrawConsent(step.account);
        return;
      case 'disables the account':
        entra.setDisabled(step.account, true);
        return;
      case 'enables the account':
        entra.setDisabled(step.account, false);
        return;
      case 'wants an administrator’s approval':
        entra.setAdminOnlyScopes(step.for ?? readingScopes);
        return;
      case 'has an administrator’s approval':
        entra.grantAdminConsent(step.account, defaultClientId, step.for ?? readingScopes);
        return;
    }
  }

  function actOnGraph(step: Extract<Step, { graph: string }>): void {
    const { graph } = cloud;
    switch (step.graph) {
      case 'says':
        if (graph.challenge(step.account, step.event, step.about) === 0)
          throw new Error('there is no live subscription to speak of');
        return;
      case 'swallows notifications':
        graph.notifications.drop(step.count);
        return;
      case 'sends twice':
        graph.notifications.duplicate(step.count);
        return;
      case 'forgets subscriptions':
        graph.forgetSubscriptions(step.account);
        return;
      case 'expires delta links':
        graph.mailbox(step.account).expireDelta();
        graph.calendar(step.account).expireDelta();
        return;
      case 'challenges after a password reset':
        graph.rules({ challengeOnRevoke: step.on });
        return;
      case 'sends in reverse':
        graph.notifications.disorder(step.count);
        return;
      case 'has subscriptions of other apps':
        graph.setOthersSubscriptions(step.account, step.count);
        return;
      case 'answers badly':
        graph.failNext({
          how: step.how,
          path: step.path,
          times: step.requests,
          ...(step.status === undefined ? {} : { status: step.status }),
          ...(step.code === undefined ? {} : { code: step.code }),
          ...(step.retryAfter === undefined ? {} : { retryAfterSeconds: step.retryAfter / 1_000 }),
        });
        return;
      case 'answers well again':
        graph.clearFaults();
    }
  }

  async function actOnRelay(what: Extract<Step, { relay: string }>['relay']): Promise<void> {
    const { relay } = cloud;
    switch (what) {
      case 'cut':
        return relay.cut();
      case 'restored':
        return await relay.restore();
      case 'restarted':
        return relay.restart();
      case 'swallows posts':
        return relay.swallow(true);
      case 'passes posts':
        return relay.swallow(false);
      case 'takes the name':
        for (const { name } of relay.names()) takenNames.push(name);
        for (const name of takenNames) relay.takeName(name);
        return;
      case 'frees the name':
        for (const name of takenNames.splice(0)) relay.releaseName(name);
    }
  }

  return { run };
}
