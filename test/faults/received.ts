/** What the receiving process and those who post to it agree on. */
const path = (name: string): string => name.padEnd(32, 'x');
export const paths = {
  notificationPath: path('notifications'),
  lifecyclePath: path('lifecycle'),
  probePath: path('probe'),
  probeKey: path('key'),
};
export const clientState = 'client-state-of-the-fault-tests'.padEnd(43, 'x');

export const notificationBody = (subscriptionId: string): string =>
  JSON.stringify({
    value: [
      {
        id: `n-${subscriptionId}`,
        subscriptionId,
        subscriptionExpirationDateTime: '2027-01-01T00:00:00Z',
        changeType: 'created',
        resource: 'Users/u/Messages/m',
        resourceData: { id: 'm' },
        tenantId: 't',
        clientState,
      },
    ],
  });
