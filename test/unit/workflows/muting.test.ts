import { describe, expect, test } from 'vitest';
import { atNoon, hour, inConversation, vip, withQuietHours } from './quiet-samples.ts';
import { createTelling } from './telling.ts';
import { ada, grace } from './world.ts';

describe('a muted conversation', () => {
  test('is in the list, quietly, until it is unmuted', () => {
    const rig = createTelling(withQuietHours);
    rig.start();
    const [first = ''] = rig.arrive(1, inConversation('c1'));
    rig.announcer.announce(null, ada.homeAccountId);
    rig.telling().muting.set(first, true);
    rig.arrive(1, inConversation('c1'));
    rig.arrive(1, { mail: { ...inConversation('c1').mail, senderAddress: 'boss@contoso.example' } });
    rig.arrive(1, inConversation('c2'));
    rig.announcer.announce(null, ada.homeAccountId);
    rig.telling().muting.set(first, false);
    rig.arrive(1, inConversation('c1'));
    rig.announcer.announce(null, ada.homeAccountId);
    expect([rig.texts(), rig.ledger.alerts({ limit: 9 }).length]).toEqual([
      ['Grace Hopper | Mail 1', 'Grace Hopper | Mail 4', 'Grace Hopper | Mail 5'],
      5,
    ]);
  });

  test('takes its toasts along, and only its own', () => {
    const rig = createTelling();
    rig.start();
    const [one = '', two = ''] = rig.arrive(2, inConversation('c1'));
    rig.arrive(1, inConversation('c2'));
    rig.arrive(1, { ...inConversation('c1'), account: grace.homeAccountId });
    rig.telling().muting.set(one, true);
    expect([rig.closed.toSorted(), rig.published]).toEqual([[one, two], ['alerts']]);
  });

  test('is not in the digest of quiet hours', async () => {
    const rig = await atNoon();
    const [one = ''] = rig.arrive(2, inConversation('c1'));
    rig.arrive(1, inConversation('c2'));
    rig.announcer.announce(null, ada.homeAccountId);
    rig.telling().muting.set(one, true);
    await rig.pass(hour);
    expect(rig.texts()).toEqual(['1 message | during quiet hours, since 11:00']);
  });

  test.each([
    ['a mail that is of none', { mail: { ...vip.mail } }],
    ['a meeting', { kind: 'meetingMoved' as const }],
    ['a mail of an older version', {}],
  ])('cannot be made of %s', (_what, changes) => {
    const rig = createTelling();
    const [id = ''] = rig.arrive(1, changes);
    expect(() => rig.telling().muting.set(id, true)).toThrow('no conversation');
  });
  test('cannot be made of what is not in the list', () => {
    expect(() => createTelling().telling().muting.set('gone', true)).toThrow('no conversation');
  });
});
