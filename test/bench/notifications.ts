/** What Graph sends, in its size and shape. */
import { createHash } from 'node:crypto';
import type { ExpectedClientState, ListenerSecrets } from '../../main/domain/ports.ts';

export const clientState = 'bench-client-state-000000000000000000000000000000';
export const account = '11111111-1111-4111-8111-111111111111.99999999-9999-4999-8999-999999999999';
export const secrets: ListenerSecrets = {
  notificationPath: 'notification_00000000000000000000',
  lifecyclePath: 'lifecycle-00000000000000000000000',
  probePath: 'probe-000000000000000000000000000',
  probeKey: 'the key of the probe',
};
export const expected: readonly ExpectedClientState[] = [
  { account, resource: 'mail', digest: createHash('sha256').update(clientState).digest('hex') },
  { account, resource: 'calendar', digest: createHash('sha256').update('another').digest('hex') },
];

let counter = 0;

/** A POST's body with so many notifications, each about a message of its own. */
export function notificationBody(items: number): string {
  const value = Array.from({ length: items }, () => {
    counter += 1;
    const id = `AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A-bench-${String(counter).padStart(12, '0')}`;
    return {
      subscriptionId: '7f105c7d-2dc5-4530-97cd-4e7ae6534c07',
      subscriptionExpirationDateTime: '2026-11-28T09:00:00.0000000Z',
      tenantId: '99999999-9999-4999-8999-999999999999',
      changeType: 'created',
      clientState,
      resource: `Users/11111111-1111-4111-8111-111111111111/Messages/${id}`,
      resourceData: {
        '@odata.type': '#Microsoft.Graph.Message',
        '@odata.id': `Users/11111111-1111-4111-8111-111111111111/Messages/${id}`,
        '@odata.etag': 'W/"CQAAABYAAAC4nVwz2mD6RbCYLrJYBbenAAAAAAkd"',
        id,
      },
    };
  });
  return JSON.stringify({ value });
}
