import { expect, test } from 'vitest';
import type { MailChange } from '../../../main/domain/alert.ts';
import { type ChosenFolder, createMailRound } from '../../../main/workflows/mail-round.ts';
import { message } from '../domain/samples.ts';
import { ada, createGraph, createWorld, failure, type World } from './world.ts';

const s = 1_000;
const min = 60 * s;
const projects: ChosenFolder = { id: 'projects', name: 'Projects' };
const club: ChosenFolder = { id: 'club', name: 'Club' };

function rig(world: World = createWorld()) {
  const graph = createGraph(world.clock);
  const choice = { folders: [] as readonly ChosenFolder[] };
  const gone: string[][] = [];
  const unreadable: string[] = [];
  const round = createMailRound({
    ...world,
    account: ada.homeAccountId,
    addedAt: new Date(world.clock.now().getTime() - 60 * min),
    mail: graph.mail,
    folders: () => choice.folders,
    gone: (folders) => void gone.push(folders.map(({ name }) => name)),
    unreadable: (folders) => void unreadable.push(folders.map(({ name }) => name).join()),
  });
  /** What each folder tells of in its next round; `where`: where a message lies then. */
  const next = new Map<string, MailChange[]>();
  graph.script.mail = async () => next.get('inbox') ?? [];
  graph.script.folder = async (id) => next.get(id) ?? [];
  const look = async (changes: Readonly<Record<string, readonly MailChange[]>> = {}) => {
    next.clear();
    for (const [folder, found] of Object.entries(changes)) next.set(folder, [...found]);
    graph.calls.length = 0;
    const settled: string[] = [];
    const found = await round(settled);
    return { found: found.length, settled: settled.length, calls: [...graph.calls] };
  };
  const arrives = (id: string, agoMs = 0, isRead = false): MailChange => ({
    kind: 'message',
    message: message(id, { isRead, receivedAt: new Date(world.clock.now().getTime() - agoMs) }),
  });
  const leaves = (id: string): MailChange => ({ kind: 'removed', id });
  const listed = (): string[] => world.ledger.alerts({ limit: 99 }).map(({ itemId }) => itemId);
  return { ...world, graph, choice, gone, unreadable, look, arrives, leaves, listed };
}

test('a folder is news from the moment it is chosen, the inbox from the sign-in', async () => {
  const r = rig();
  await r.look({ inbox: [r.arrives('in-1', 30 * min)] });
  r.choice.folders = [projects];
  const chosen = await r.look({ projects: [r.arrives('old', 2 * min)] });
  await r.pass(10 * s);
  await r.look({ projects: [r.arrives('new')] });
  expect({ chosen, listed: r.listed() }).toEqual({
    chosen: { found: 0, settled: 0, calls: ['mail', 'mail of projects whole'] },
    listed: ['new', 'in-1'],
  });
});

test('a message that moves between watched folders is no news, and not done with either', async () => {
  const r = rig();
  r.choice.folders = [projects, club];
  await r.look({ inbox: [r.arrives('m1')] });
  r.graph.script.find = async () => ({ folder: 'projects', isRead: false });
  const moved = await r.look({ inbox: [r.leaves('m1')], projects: [r.arrives('m1')] });
  // Also where the two folders are read at different moments.
  const back = await r.look({ projects: [r.leaves('m1')] });
  expect({ moved, back, alert: r.ledger.alerts({ limit: 9 }).map(({ settled }) => settled) }).toEqual({
    moved: { found: 0, settled: 0, calls: ['mail', 'find m1', 'mail of projects', 'mail of club'] },
    back: { found: 0, settled: 0, calls: ['mail', 'mail of projects', 'mail of club', 'find m1'] },
    alert: [false],
  });
});

test.for([
  ['is gone', null],
  ['lies in a folder that is not watched', { folder: 'archive', isRead: false }],
  ['was read on the way', { folder: 'projects', isRead: true }],
] as const)('a message that left the inbox and %s is done with', async ([, place]) => {
  const r = rig();
  r.choice.folders = [projects];
  await r.look({ inbox: [r.arrives('m1')] });
  r.graph.script.find = async () => place;
  expect((await r.look({ inbox: [r.leaves('m1')] })).settled).toBe(1);
});

test('with the inbox alone nothing is looked up', async () => {
  const r = rig();
  await r.look({ inbox: [r.arrives('m1')] });
  expect(await r.look({ inbox: [r.leaves('m1')] })).toEqual({ found: 0, settled: 1, calls: ['mail'] });
});

test('a folder that is gone is left out and named, and the others go on; choosing anew asks anew', async () => {
  const r = rig();
  r.choice.folders = [projects, club];
  await r.look();
  const answer = r.graph.script.folder;
  r.graph.script.folder = async (id, link) => {
    if (id === 'projects') throw failure('graph-not-found');
    return await answer(id, link);
  };
  const found = await r.look({ club: [r.arrives('m1')] });
  const later = await r.look();
  r.choice.folders = [club];
  await r.look();
  r.choice.folders = [projects, club];
  r.graph.script.folder = answer;
  const again = await r.look();
  expect({ found, later: later.calls, again: again.calls, gone: r.gone }).toEqual({
    found: { found: 1, settled: 0, calls: ['mail', 'mail of projects', 'mail of club'] },
    later: ['mail', 'mail of club'],
    again: ['mail', 'mail of projects whole', 'mail of club'],
    gone: [[], ['Projects'], ['Projects'], [], []],
  });
});

test('one folder that cannot be read holds nothing back, and is asked for again with the same link', async () => {
  const r = rig();
  r.choice.folders = [projects, club];
  await r.look();
  const answer = r.graph.script.folder;
  r.graph.script.folder = async (id, link) => {
    if (id === 'projects') throw failure('graph-unreachable');
    return await answer(id, link);
  };
  await expect(r.look({ inbox: [r.arrives('m1')], club: [r.arrives('m2')] })).rejects.toMatchObject({
    code: 'graph-unreachable',
  });
  r.graph.script.folder = answer;
  const healed = await r.look({ projects: [r.arrives('m3')] });
  expect({ listed: r.listed().toSorted(), healed: healed.calls }).toEqual({
    listed: ['m1', 'm2', 'm3'],
    healed: ['mail', 'mail of projects', 'mail of club'],
  });
});

test.for([
  ['refuses', 'graph-forbidden', ['', 'Projects', 'Projects', 'Projects', '']],
  ['cannot show', 'graph-unreachable', ['', '', '', 'Projects', '']],
] as const)(
  'a folder that Microsoft %s for ever is named, and the mailbox is not said to be out of reach',
  async ([_what, code, expected]) => {
    const r = rig();
    r.choice.folders = [projects, club];
    await r.look();
    const answer = r.graph.script.folder;
    r.graph.script.folder = async (id, link) => {
      if (id === 'projects') throw failure(code);
      return await answer(id, link);
    };
    const ended: boolean[] = [];
    for (let count = 0; count < 3; count += 1) {
      ended.push(
        await r.look({ club: [r.arrives(`m${count}`)] }).then(
          () => true,
          () => false,
        ),
      );
    }
    r.graph.script.folder = answer;
    await r.look({ projects: [r.arrives('late')] });
    expect({ unreadable: r.unreadable, last: ended.at(-1), listed: r.listed().toSorted() }).toEqual({
      unreadable: expected,
      last: true,
      listed: ['late', 'm0', 'm1', 'm2'],
    });
  },
);

test.for(['graph-busy', 'identity-unreachable', 'storage'] as const)(
  'what is not the folder’s own trouble is never put on it: %s',
  async (code) => {
    const r = rig();
    r.choice.folders = [projects];
    await r.look();
    r.graph.script.folder = async () => {
      throw failure(code);
    };
    for (let count = 0; count < 5; count += 1) await expect(r.look()).rejects.toMatchObject({ code });
    expect(new Set(r.unreadable)).toEqual(new Set(['']));
  },
);

test('the same message told by two folders in one round is one alert', async () => {
  const r = rig();
  r.choice.folders = [projects, club];
  await r.look();
  const { found } = await r.look({ projects: [r.arrives('m1')], club: [r.arrives('m1')] });
  expect({ found, listed: r.listed() }).toEqual({ found: 1, listed: ['m1'] });
});

test('a long round is stored piece by piece; after a crash in between it is read again and loses nothing', async () => {
  const world = createWorld();
  let applied = 0;
  const r = rig({
    ...world,
    ledger: {
      ...world.ledger,
      apply(change) {
        applied += 1;
        if (applied === 3) throw failure('storage');
        return world.ledger.apply(change);
      },
    },
  });
  await r.look();
  const before = world.ledger.cursor(ada.homeAccountId, 'mail');
  const many = Array.from({ length: 600 }, (_, n) => r.arrives(`m${n}`, -n));
  let turns = 0;
  let isOver = false;
  const someoneElse = (): void => {
    turns += 1;
    if (!isOver) setImmediate(someoneElse);
  };
  await expect(r.look({ inbox: many })).rejects.toThrow('storage');
  const after = world.ledger.cursor(ada.homeAccountId, 'mail');
  setImmediate(someoneElse);
  const again = await r.look({ inbox: many });
  isOver = true;
  expect({
    linkAfterCrash: after?.deltaLink,
    stored: new Set(world.ledger.waiting().map(({ itemId }) => itemId)).size,
    listed: world.ledger.alertCount(),
    // 250 of them were there already.
    found: again.found,
    turnsForOthers: turns >= 4,
  }).toEqual({ linkAfterCrash: before?.deltaLink, stored: 600, listed: 600, found: 350, turnsForOthers: true });
});
