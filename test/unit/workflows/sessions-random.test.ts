import { array, assert as check, constantFrom, oneof, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import type { FailureCode } from '../../../main/domain/failure.ts';
import { blockedReasonText, signInReasonText } from '../../../main/domain/session.ts';
import { ada, blockedBy, createSessions, createWorld, failure, signInNeeded } from './world.ts';

const passing: readonly FailureCode[] = [
  'identity-unreachable',
  'identity-busy',
  'graph-unreachable',
  'graph-busy',
  'graph-forbidden',
  'graph-not-found',
  'graph-conflict',
  'graph-validation-failed',
  'graph-sync-state-lost',
  'tunnel-unavailable',
  'storage',
  'unexpected',
];
const happening = oneof(
  constantFrom(...passing).map((code) => ({ kind: 'passing' as const, error: failure(code) })),
  constantFrom('password-changed' as const, 'session-revoked' as const, 'stronger-sign-in' as const).map((reason) => ({
    kind: 'grave' as const,
    error: signInNeeded(reason),
  })),
  constantFrom('policy' as const, 'account-disabled' as const).map((reason) => ({
    kind: 'grave' as const,
    error: blockedBy(reason),
  })),
  record({ kind: constantFrom('signedIn' as const) }),
);

test('only what the person alone can mend stops an account, always with a reason, and a sign-in always mends it', () => {
  check(
    property(array(happening, { maxLength: 30 }), (happenings) => {
      const world = createWorld();
      const sessions = createSessions(world);
      sessions.signedIn(ada);
      const prompts: string[] = [];
      sessions.onChange((_id, session, before) => {
        if (session !== null && session.kind !== 'signedIn' && session.kind !== before?.kind)
          prompts.push(session.kind);
      });
      let graveSince = 0;
      for (const each of happenings) {
        const before = sessions.get(ada.homeAccountId)?.session;
        if (each.kind === 'signedIn') {
          sessions.signedIn(ada);
          expect(sessions.mayCallGraph(ada.homeAccountId)).toBe(true);
          continue;
        }
        if (each.kind === 'grave') graveSince += 1;
        sessions.observe(ada.homeAccountId, each.error);
        const after = sessions.get(ada.homeAccountId)?.session;
        if (each.kind === 'passing') expect(after).toEqual(before);
        if (after?.kind === 'signInRequired') expect(signInReasonText(after.reason)).not.toBe('');
        if (after?.kind === 'blocked') expect(blockedReasonText(after.reason)).not.toBe('');
        expect(sessions.mayCallGraph(ada.homeAccountId)).toBe(after?.kind === 'signedIn');
      }
      // Never more prompts than there were causes.
      expect(prompts.length).toBeLessThanOrEqual(graveSince);
      sessions.signedIn(ada);
      expect(sessions.get(ada.homeAccountId)?.session).toEqual({ kind: 'signedIn' });
      expect(world.warnings()).not.toContain(`sign-in-required ${ada.homeAccountId}`);
      world.close();
    }),
    { numRuns: 150 },
  );
});
