/** Plays a story on a stage and checks what it expects. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCoreDriver } from '../stage/core-driver.ts';
import { type Stage, startStage } from '../stage/stage.ts';
import type { AppGlance } from '../stage/wire.ts';
import { readPlayedKeyring, writePlayedKeyring } from '../tools/played-keyring.ts';
import type { Expectations, Step, Story } from './vocabulary.ts';

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
  const stage = await startStage({
    start: story.start,
    createApp: createCoreDriver,
    onToast: (toast) => line(toast.at, 'toast', `${toast.title} | ${toast.body}`),
  });
  stage.cloud.onEvent((event) => line(event.at, 'cloud', `${event.site}: ${event.text}`));
  const player = createPlayer(stage, (text) => line(stage.now(), 'expect', text));
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
  } finally {
    await stage.stop();
  }
  return { story: story.name, passed: failure === null, failure, tookMs: Math.round(performance.now() - startedAt) };
}

const inWords = (step: Step): string =>
  Object.entries(step)
    .map(([key, value]) =>
      typeof value === 'string' && key === Object.keys(step)[0] ? `${key} ${value}` : `${key}=${String(value)}`,
    )
    .join(' ');

function createPlayer(stage: Stage, held: (text: string) => void) {
  const { cloud, app } = stage;
  const mails = new Map<string, string>();
  const meetings = new Map<string, string>();
  let toastsSeen = 0;
  let requestsSeen = 0;
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
      return await (step.app === 'quit' ? app.quit() : app.kill());
    }
    if ('click' in step) return await app.clickMenu(step.click);
    if ('clickToast' in step) {
      const toast = stage.toasts.findLast(
        (each) => each.open && `${each.title} | ${each.body}`.includes(step.clickToast),
      );
      if (toast === undefined) throw new Error(`no toast with “${step.clickToast}” is on the screen`);
      return await app.clickToast(toast.key);
    }
    if ('browser' in step) {
      const { as: username, browser: action, password } = step;
      const result = await stage.signIn({ username, action, ...(password === undefined ? {} : { password }) });
      if (result.kind === 'stuck') throw new Error(`the sign-in page says: ${result.problem}`);
      return;
    }
    if ('mail' in step) return actOnMail(step);
    if ('meeting' in step) return actOnMeeting(step);
    if ('graph' in step) return actOnGraph(step);
    if ('entra' in step) {
      if (step.entra === 'issues tokens for') return cloud.entra.setTokenLifetime(step.minutes * 60);
      const newPassword = `${cloud.entra.currentPassword(step.account)}!`;
      return cloud.entra.resetPassword(step.account, { newPassword, suberror: step.suberror });
    }
    if ('relay' in step) return await actOnRelay(step.relay);
    if ('network' in step) return cloud.offline(step.network === 'off');
    if ('keyring' in step) {
      const now = readPlayedKeyring(keyring);
      if (step.keyring === 'wiped') return writePlayedKeyring(keyring, { locked: false, secrets: {} });
      return writePlayedKeyring(keyring, { ...now, locked: step.keyring === 'locked' });
    }
    if ('machine' in step) return await stage.sleep(step.for);
    return await stage.advance(step.time);
  }

  function actOnMail(step: Extract<Step, { mail: string }>): void {
    const mailbox = cloud.graph.mailbox(step.to);
    if (step.mail === 'arrives') {
      for (let n = 1; n <= step.count; n += 1) {
        const subject = step.count === 1 ? step.subject : `${step.subject} ${n}`;
        mails.set(subject, mailbox.deliver({ subject, from: step.from, isRead: step.read }).immutableId);
      }
      return;
    }
    const id = idOf(mails, step.subject);
    if (step.mail === 'is read') mailbox.markRead(id);
    else if (step.mail === 'is unread') mailbox.markUnread(id);
    else if (step.mail === 'is moved') mailbox.move(id, 'archive');
    else if (step.mail === 'is restored') mailbox.move(id, 'inbox');
    else mailbox.remove(id);
  }

  function actOnMeeting(step: Extract<Step, { meeting: string }>): void {
    const calendar = cloud.graph.calendar(step.of);
    const fields = {
      ...(step.start === undefined ? {} : { start: step.start }),
      ...(step.location === undefined ? {} : { location: step.location }),
    };
    if (step.meeting === 'is created') {
      meetings.set(
        step.subject,
        calendar.create({ subject: step.subject, isOrganizer: step.mine, ...fields }).immutableId,
      );
      return;
    }
    const id = idOf(meetings, step.subject);
    if (step.meeting === 'is cancelled') calendar.cancel(id);
    else if (step.meeting === 'is deleted') calendar.remove(id);
    else calendar.update(id, fields);
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
        for (const { name } of relay.names()) relay.takeName(name);
    }
  }

  async function check(wanted: Expectations, withinMs: number): Promise<void> {
    let wrong = '';
    const holds = async (glance: AppGlance | null): Promise<boolean> => {
      wrong = differences(wanted, glance).join('; ');
      return wrong === '';
    };
    await stage.settle();
    const tookMs = app.running() ? await stage.until(holds, withinMs) : (await holds(null)) ? 0 : null;
    if (tookMs === null) throw new Error(wrong);
    if (wanted.toasts !== undefined) toastsSeen = stage.toasts.length;
    if (wanted.requests !== undefined) requestsSeen = cloud.graph.requests.length;
    held(`${JSON.stringify(wanted)} after ${tookMs / 1000} s`);
  }

  function differences(wanted: Expectations, glance: AppGlance | null): string[] {
    const wrong: string[] = [];
    const same = (what: string, is: unknown, should: unknown): void => {
      if (JSON.stringify(is) !== JSON.stringify(should)) {
        wrong.push(`${what} is ${JSON.stringify(is)}, expected ${JSON.stringify(should)}`);
      }
    };
    if (wanted.running !== undefined) same('running', app.running(), wanted.running);
    if (wanted.tray !== undefined) same('the tray', glance?.app.health.state ?? 'not running', wanted.tray);
    if (wanted.says !== undefined && !(glance?.tooltip ?? '').includes(wanted.says)) {
      wrong.push(`the tooltip is “${glance?.tooltip}”, expected “${wanted.says}” in it`);
    }
    if (wanted.toasts !== undefined) wrong.push(...toastDifferences(wanted.toasts));
    if (wanted.toastsOpen !== undefined)
      same('open toasts', stage.toasts.filter((t) => t.open).length, wanted.toastsOpen);
    if (wanted.alerts !== undefined)
      same('the list', glance?.alerts.map((a) => a.subject).sort(), [...wanted.alerts].sort());
    if (wanted.alertCount !== undefined) same('alerts', glance?.alerts.length, wanted.alertCount);
    if (wanted.unread !== undefined) same('unread', glance?.app.unreadCount, wanted.unread);
    if (wanted.subscriptions !== undefined) {
      const live = cloud.entra.directory.accounts().flatMap((each) => cloud.graph.subscriptions(each.username));
      same('live subscriptions', live.length, wanted.subscriptions);
    }
    for (const [what, count] of Object.entries(wanted.requests ?? {})) {
      const [method = '', path = ''] = what.split(' ');
      const found = cloud.graph.requests
        .slice(requestsSeen)
        .filter((r) => r.method === method && r.path.includes(path));
      same(`requests “${what}”`, found.length, count);
    }
    if (wanted.browserPages !== undefined) same('browser pages', stage.browserPages.length, wanted.browserPages);
    for (const word of wanted.nowhereOnDisk ?? []) {
      const file = filesBelow(join(app.folder, 'app')).find((each) => readFileSync(each).includes(word));
      if (file !== undefined) wrong.push(`“${word}” stands in ${file.slice(app.folder.length)}`);
    }
    return wrong;
  }

  function toastDifferences(wanted: readonly string[]): string[] {
    const left = stage.toasts.slice(toastsSeen).map((toast) => `${toast.title} | ${toast.body}`);
    const shown = JSON.stringify(left);
    for (const part of wanted) {
      const at = left.findIndex((text) => text.includes(part));
      if (at === -1) return [`no toast says “${part}”; shown: ${shown}`];
      left.splice(at, 1);
    }
    return left.length === 0 ? [] : [`unexpected toasts ${JSON.stringify(left)}`];
  }

  return { run };
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
