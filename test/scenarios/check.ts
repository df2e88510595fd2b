/** What a story expects, compared with what the person, Graph and the disk would show. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stage } from '../stage/stage.ts';
import type { AppGlance } from '../stage/wire.ts';
import type { Expectations } from './vocabulary.ts';

export interface Checker {
  /** Waits, second by second of virtual time, until all holds; rejects with what does not hold when time is up. */
  check(wanted: Expectations, withinMs: number): Promise<void>;
  /** Rejects with what does not hold at this moment; says nothing when all does. */
  look(wanted: Expectations): Promise<void>;
}

/** Remembers which toasts and requests were counted already: each check of them counts from the last one. */
export function createChecker(stage: Stage, held: (text: string) => void): Checker {
  const { cloud, app } = stage;
  let toastsSeen = 0;
  let requestsSeen = 0;
  let tokensSeen = 0;
  let permissionsSeen = 0;
  const tokenRequests = (): number =>
    cloud.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/oauth2/v2.0/token')).length;

  async function look(wanted: Expectations): Promise<void> {
    const wrong = differences(wanted, app.running() ? await app.glance() : null);
    if (wrong.length > 0) throw new Error(`at ${stage.now().toISOString()}: ${wrong.join('; ')}`);
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
    if (wanted.tokenRequests !== undefined) tokensSeen = tokenRequests();
    if (wanted.permissions !== undefined) permissionsSeen = cloud.events.length;
    held(`${JSON.stringify(wanted)} after ${tookMs / 1000} s`);
  }

  /** What the tokens that were issued since the last check were good for. */
  function permissionsSince(): string[] {
    const issued = cloud.events.slice(permissionsSeen).filter(({ name }) => name === 'token.issued');
    return [...new Set(issued.flatMap(({ fields }) => String(fields?.scopes ?? '').split(' ')))].sort();
  }

  return { check, look };

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
    for (const word of wanted.neverSaid ?? []) {
      const said = stage.toasts.find((toast) => `${toast.title} | ${toast.body}`.includes(word));
      if (said !== undefined) wrong.push(`“${said.title} | ${said.body}” says “${word}”`);
    }
    if (wanted.toastsOpen !== undefined)
      same('open toasts', stage.toasts.filter((t) => t.open).length, wanted.toastsOpen);
    if (wanted.alerts !== undefined)
      same('the list', glance?.alerts.map((a) => a.subject).sort(), [...wanted.alerts].sort());
    if (wanted.alertCount !== undefined) same('alerts', glance?.alerts.length, wanted.alertCount);
    if (wanted.quiet !== undefined) same('quiet', glance?.app.quiet?.why ?? null, wanted.quiet);
    if (wanted.muted !== undefined) {
      const muted = glance?.alerts.filter(({ isMuted }) => isMuted).map(({ subject }) => subject);
      same('muted', muted?.sort(), [...wanted.muted].sort());
    }
    if (wanted.unread !== undefined) same('unread', glance?.app.unreadCount, wanted.unread);
    if (wanted.subscriptions !== undefined) {
      const live = cloud.entra.directory.accounts().flatMap((each) => cloud.graph.subscriptions(each.username));
      same('live subscriptions', live.length, wanted.subscriptions);
    }
    if (wanted.undelivered !== undefined) same('undelivered', cloud.graph.pendingDeliveries(), wanted.undelivered);
    for (const [what, count] of Object.entries(wanted.requests ?? {})) {
      const [method = '', path = ''] = what.split(' ');
      const found = cloud.graph.requests
        .slice(requestsSeen)
        .filter((r) => r.method === method && r.path.includes(path));
      same(`requests “${what}”`, found.length, count);
    }
    if (wanted.tokenRequests !== undefined)
      same('requests for a token', tokenRequests() - tokensSeen, wanted.tokenRequests);
    if (wanted.browserPages !== undefined) same('browser pages', stage.browserPages.length, wanted.browserPages);
    if (wanted.browserShows !== undefined && stage.browserPages.at(-1)?.includes(wanted.browserShows) !== true)
      wrong.push(`the browser shows “${stage.browserPages.at(-1)}”, expected “${wanted.browserShows}” in it`);
    if (wanted.next !== undefined)
      same(
        'what comes next',
        glance?.meetings.map(({ subject }) => subject),
        wanted.next,
      );
    if (wanted.signIn !== undefined) same('the sign-in', glance?.app.signIn.kind, wanted.signIn);
    if (wanted.signInSays !== undefined) {
      const says = glance?.app.signIn.kind === 'failed' ? glance.app.signIn.userMessage : '(nothing)';
      if (!says.includes(wanted.signInSays))
        wrong.push(`the sign-in says “${says}”, expected “${wanted.signInSays}” in it`);
    }
    for (const label of wanted.menu ?? []) {
      if (!(glance?.menu ?? []).some((each) => each.includes(label))) {
        wrong.push(`the menu ${JSON.stringify(glance?.menu)} has no “${label}”`);
      }
    }
    if (wanted.handOn !== undefined) {
      const texts = handOnTexts(glance);
      const isRight =
        wanted.handOn === null ? texts.length === 0 : texts.some((text) => text.includes(wanted.handOn ?? ''));
      if (!isRight) wrong.push(`the texts to hand on are ${JSON.stringify(texts)}, expected “${wanted.handOn}”`);
    }
    if (wanted.storageNote !== undefined) {
      const note = glance?.app.storageNote ?? null;
      const isRight = wanted.storageNote === null ? note === null : note?.includes(wanted.storageNote);
      if (isRight !== true) wrong.push(`the storage note is “${note}”, expected “${wanted.storageNote}”`);
    }
    if (wanted.rulesBroken !== undefined)
      same(
        'rules broken at Graph',
        cloud.graph.violations.map((each) => each.name),
        wanted.rulesBroken,
      );
    for (const [step, verdict] of Object.entries(wanted.selfTest ?? {})) {
      same(`the self-test’s ${step}`, glance?.app.selfTest?.steps.find((each) => each.step === step)?.verdict, verdict);
    }
    if (wanted.selfTestSays !== undefined) {
      const texts = (glance?.app.selfTest?.steps ?? []).map(({ text }) => text);
      if (!texts.some((text) => text.includes(wanted.selfTestSays ?? ''))) {
        wrong.push(`the self-test says ${JSON.stringify(texts)}, expected “${wanted.selfTestSays}” in it`);
      }
    }
    if (wanted.notices !== undefined) {
      const notices = (glance?.app.health.notices ?? []).map(({ headline }) => headline);
      const isRight =
        notices.length === wanted.notices.length &&
        wanted.notices.every((part) => notices.some((headline) => headline.includes(part)));
      if (!isRight)
        wrong.push(`the notices are ${JSON.stringify(notices)}, expected ${JSON.stringify(wanted.notices)}`);
    }
    if (wanted.permissions !== undefined) same('permissions', permissionsSince(), [...wanted.permissions].sort());
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
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function handOnTexts(glance: AppGlance | null): readonly string[] {
  if (glance === null) return [];
  const { health, signIn } = glance.app;
  return [...health.warnings, ...(signIn.kind === 'failed' ? [signIn] : [])].flatMap(({ handOn }) =>
    handOn === null ? [] : [handOn.text],
  );
}
