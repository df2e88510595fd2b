/** Subscriptions kept at a Graph that tests look into. */
import { createHash } from 'node:crypto';
import { createKeepSubscribed } from '../../../main/workflows/keep-subscribed.ts';
import { ada, createGraph, createSessions, createWorld, settled, type World } from './world.ts';

export const s = 1_000;
export const min = 60 * s;
export const day = 24 * 60 * min;
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export function rig(world: World = createWorld(), graph: ReturnType<typeof createGraph> = createGraph(world.clock)) {
  const sessions = createSessions(world);
  if (sessions.list().length === 0) sessions.signedIn(ada);
  const place = { url: 'https://tours.relay.example' as string | null };
  const resyncs: string[] = [];
  const doubts: string[] = [];
  const folders = { isWide: false };
  const subscribed = createKeepSubscribed({
    ...world,
    isWide: () => folders.isWide,
    account: ada.homeAccountId,
    subscriptions: graph.subscriptions,
    sessions,
    sha256,
    wanted: true,
    publicUrl: () => place.url,
    secrets: () => ({ notificationPath: 'note', lifecyclePath: 'life', probePath: 'probe', probeKey: 'key' }),
    resync: (resource, why) => resyncs.push(`${resource} ${why}`),
    addressDoubted: () => doubts.push('doubted'),
    changed: () => {},
  });
  const start = async (): Promise<void> => {
    subscribed.reconcile();
    await settled();
    graph.subscriptionCalls.length = 0;
    resyncs.length = 0;
  };
  const live = (): string[] => [...graph.live.keys()].toSorted();
  return { ...world, ...graph, graph, sessions, place, folders, resyncs, doubts, subscribed, start, atGraph: live };
}
export const both = ['mail', 'calendar'];
/** What was changed at Graph; its list is looked at every 20 minutes beside that. */
export const deeds = (calls: readonly string[]): readonly string[] => calls.filter((call) => call !== 'list');
