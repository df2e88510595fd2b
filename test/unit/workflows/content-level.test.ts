import { describe, expect, test } from 'vitest';
import type { Settings } from '../../../main/domain/settings.ts';
import { hour, withQuietHours } from './quiet-samples.ts';
import { createTelling } from './telling.ts';
import { ada, grace } from './world.ts';

describe('how much a toast says', () => {
  const secrets = /Grace|Hopper|Mail \d|Compiler|Room|ada@|First words/;
  const tellAll = async (contentLevel: Settings['contentLevel']) => {
    const rig = createTelling({ ...withQuietHours, contentLevel });
    rig.sessions.signedIn(grace);
    rig.start();
    rig.arrive(1, { detail: 'First words' });
    rig.arrive(1, { kind: 'meetingMoved', detail: 'Moved to Room 7' });
    rig.announcer.announce(null, ada.homeAccountId);
    rig.arrive(1, { kind: 'reminder', detail: 'Room 7', endsAt: new Date('2026-11-23T11:00:00Z') });
    rig.announcer.remind();
    rig.arrive(4, { kind: 'reminder', detail: 'Room 7', endsAt: new Date('2026-11-23T11:00:00Z') });
    rig.announcer.remind();
    rig.arrive(2);
    rig.announcer.announce({ cause: 'offline', since: rig.clock.now() }, ada.homeAccountId);
    rig.arrive(9);
    rig.announcer.announce(null, ada.homeAccountId);
    await rig.pass(hour);
    rig.arrive(2);
    rig.announcer.announce(null, ada.homeAccountId);
    await rig.pass(2 * hour);
    return rig.texts();
  };

  test('count only: neither a name nor a word of anything, in single toasts, reminders, summaries and digests', async () => {
    const texts = await tellAll('countOnly');
    expect(texts.length).toBeGreaterThan(6);
    expect(texts.filter((text) => secrets.test(text))).toEqual([]);
  });

  test('sender only: no subject, no place and no first words', async () => {
    const texts = await tellAll('senderOnly');
    expect(texts.filter((text) => /Mail \d|Compiler|Room|First words/.test(text))).toEqual([]);
    expect(texts.filter((text) => text.includes('Grace')).length).toBeGreaterThan(1);
  });
});
