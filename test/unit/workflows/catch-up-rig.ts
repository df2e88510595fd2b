/** Catching up on a mailbox and a calendar that tests write into. */
import type { CalendarChange, CalendarEvent, MailChange } from '../../../main/domain/alert.ts';
import type { Gap } from '../../../main/domain/wording.ts';
import { createCatchUp } from '../../../main/workflows/catch-up.ts';
import { meeting, message } from '../domain/samples.ts';
import { ada, createGraph, createSessions, createWorld, settled, type World } from './world.ts';

export const s = 1_000;
export const min = 60 * s;

export function rig(world: World = createWorld()) {
  const graph = createGraph(world.clock);
  const sessions = createSessions(world);
  if (sessions.list().length === 0) sessions.signedIn(ada);
  const push = { works: true, doubted: 0, lost: 0 };
  let recoveries = 0;
  const told: { readonly alerts: string[]; readonly gap: Gap | null; readonly settled: readonly string[] }[] = [];
  const catchUp = createCatchUp({
    ...world,
    account: ada.homeAccountId,
    addedAt: world.clock.now(),
    mail: graph.mail,
    calendar: graph.calendar,
    sessions,
    pushWorks: () => push.works,
    announce(gap, closed) {
      const waiting = world.ledger.waiting();
      world.ledger.markAnnounced(
        waiting.map(({ id }) => id),
        'shown',
      );
      told.push({ alerts: waiting.map(({ kind, itemId }) => `${kind} ${itemId}`), gap, settled: closed });
    },
    pushDoubted: () => {
      push.doubted += 1;
    },
    pushLost: () => {
      push.lost += 1;
    },
    recovered: () => {
      recoveries += 1;
    },
    changed: () => {},
  });
  /** A mail that lies there from now on; each delta link tells of it once. */
  const inbox: { readonly change: MailChange; told: boolean }[] = [];
  const receive = (id: string, changes: Parameters<typeof message>[1] = {}): void => {
    inbox.push({
      change: { kind: 'message', message: message(id, { receivedAt: world.clock.now(), ...changes }) },
      told: false,
    });
  };
  graph.script.mail = async (link) => {
    const listed = inbox.filter((item) => link === null || !item.told);
    for (const item of listed) item.told = true;
    return listed.map(({ change }) => change);
  };
  const entries: { readonly change: CalendarChange; told: boolean }[] = [];
  const schedule = (id: string, changes: Partial<CalendarEvent> = {}): void => {
    const lastModifiedAt = world.clock.now();
    entries.push({ change: { kind: 'event', event: meeting(id, { lastModifiedAt, ...changes }) }, told: false });
  };
  graph.script.calendar = async (link) => {
    const listed = entries.filter((item) => link === null || !item.told);
    for (const item of listed) item.told = true;
    return listed.map(({ change }) => change);
  };
  const start = async (): Promise<void> => {
    catchUp.request('all', 'started');
    await settled();
    told.length = 0;
    graph.calls.length = 0;
  };
  return { ...world, ...graph, sessions, push, told, recoveries: () => recoveries, catchUp, receive, schedule, start };
}
export const all = (told: ReturnType<typeof rig>['told']): string[] => told.flatMap(({ alerts }) => alerts);
