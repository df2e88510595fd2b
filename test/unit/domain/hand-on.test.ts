import { expect, test } from 'vitest';
import { clouds } from '../../../main/domain/cloud.ts';
import { handOn, type Registration } from '../../../main/domain/hand-on.ts';
import type { Account, BlockedReason } from '../../../main/domain/session.ts';

const registration: Registration = {
  clientId: '00001111-aaaa-2222-bbbb-3333cccc4444',
  authority: clouds.global.authority,
  cloud: 'global',
  scopes: ['Mail.Read', 'Calendars.Read'],
};
const account: Account = {
  homeAccountId: 'ada-home',
  tenantId: 'contoso-tenant',
  username: 'ada@contoso.example',
  name: 'Ada',
  kind: 'work',
};
const since = new Date('2026-11-21T09:00:00Z');
const about = (reason: BlockedReason, aadsts: number | null = null) =>
  handOn(registration, { account, reason, aadsts, since });

test.each<[BlockedReason, string, string]>([
  ['admin-approval', 'an administrator has to approve it', 'please open this link as an administrator:'],
  ['conditional-access', 'a Conditional Access rule refuses it', 'please tell me what I can do to satisfy it.'],
  ['device', 'a rule demands a managed or compliant device', 'how to register this computer'],
  ['account-disabled', 'the account is disabled', 'Please enable the account.'],
  ['account-locked', 'the account is locked', 'Please unlock the account.'],
  ['wrong-organisation', 'the account is not known in the organisation', 'Please invite the account'],
  ['policy', 'a policy of the organisation refuses it', 'Please allow the application'],
])('for %s the text says who, why and what to do', (reason, why, what) => {
  const { text, link } = about(reason, 53003);
  expect(text).toContain(`ada@contoso.example cannot sign in to the desktop app Tidings: ${why}`);
  expect(text).toContain('(AADSTS53003)');
  expect(text).toContain(what);
  expect(text).toContain('- Mail.Read: sender, subject and first words of new mail');
  expect(link === null).toBe(reason !== 'admin-approval');
});

test('the link is for the organisation of the account, and stands at the end of the text', () => {
  const { text, link } = about('admin-approval', 90094);
  expect(link).toMatch(/^https:\/\/login\.microsoftonline\.com\/contoso-tenant\/v2\.0\/adminconsent\?client_id=0000/);
  expect(text.split('\n').at(-1)).toBe(link);
});

test('somebody who is not assigned needs an assignment, not an approval', () => {
  const { text, link } = about('admin-approval', 50105);
  expect([text.split('\n').at(-1), link]).toEqual(['Please assign me to this application.', null]);
});

test('without a client id there is nothing to approve', () => {
  const { link } = handOn(
    { ...registration, clientId: null },
    { account: null, reason: 'admin-approval', aadsts: null, since },
  );
  expect(link).toBeNull();
});
