/** MSAL's words for people and permissions, in ours. */
import type { AccountInfo } from '@azure/msal-node';
import { clouds } from '../domain/cloud.ts';
import type { Account } from '../domain/session.ts';

/** The tenant all personal Microsoft accounts live in. */
const PERSONAL_TENANT = '9188040d-6c67-4c5b-b112-36a304b66dad';

/** `kind` is told by the tenant: personal accounts share one. */
export function toAccount(info: AccountInfo): Account {
  const homeTenant = info.homeAccountId.split('.').at(-1);
  return {
    homeAccountId: info.homeAccountId,
    tenantId: info.tenantId,
    username: info.username,
    name: info.name || null,
    kind: info.tenantId === PERSONAL_TENANT || homeTenant === PERSONAL_TENANT ? 'personal' : 'work',
  };
}

const resources = Object.values(clouds).map(({ graphOrigin }) => `${graphOrigin}/`);

/** The asked scopes that were not granted. Graph's scopes come with or without their resource in front. */
export function missingScopes(asked: readonly string[], granted: readonly string[]): readonly string[] {
  const short = (scope: string): string => {
    const small = scope.toLowerCase();
    const resource = resources.find((each) => small.startsWith(each));
    return resource === undefined ? small : small.slice(resource.length);
  };
  const have = new Set(granted.map(short));
  return asked.filter((scope) => !have.has(short(scope)));
}
