/** Graph refuses, hangs, answers nonsense, and calls back at the wrong moment. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Fault as GraphFault } from '../cloud/graph/faults.ts';
import { ada, type FaultTest, type Home, minute, second } from './context.ts';
import { type Trouble, troubles } from './trouble.ts';

type Begin = Trouble['begin'];
const all = { path: /./, times: 1e9 } as const;

const answering =
  (fault: Pick<GraphFault, 'how'> & Partial<GraphFault>): Begin =>
  ({ cloud }) => {
    cloud.graph.failNext({ ...all, ...fault });
    return () => cloud.graph.clearFaults();
  };
const status = (code: number, name: string): Begin => answering({ how: 'status', status: code, code: name });

/** Something between us and Graph answers, or Graph as it never should. */
const saying =
  (body: string, type = 'application/json'): Begin =>
  ({ cloud }) =>
    cloud.proxy.fail('graph.microsoft.com', { kind: 'status', status: 200, headers: { 'content-type': type }, body });

/** As Graph itself posts, over the public web. */
async function post(home: Home, url: string, item: object): Promise<number> {
  const answer = await home.cloud.web.send({
    url,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ value: [item] }),
    timeoutMs: 20_000,
  });
  await home.settle();
  return answer.status;
}
function secrets(home: Home) {
  const mail = home.cloud.graph.subscriptionSecrets(ada).find(({ resource }) => /messages/i.test(resource));
  if (mail === undefined) throw new Error('there is no subscription to mail');
  return mail;
}
const aChange = ({ id, clientState }: { readonly id: string; readonly clientState: string }) => ({
  id: 'n-1',
  subscriptionId: id,
  subscriptionExpirationDateTime: '2027-01-01T00:00:00Z',
  changeType: 'created',
  resource: 'Users/u/Messages/m',
  resourceData: { id: 'm', '@odata.type': '#Microsoft.Graph.Message' },
  tenantId: 't',
  clientState,
});
const aLifecycle = ({ id, clientState }: { readonly id: string; readonly clientState: string }, event: string) => ({
  lifecycleEvent: event,
  subscriptionId: id,
  subscriptionExpirationDateTime: '2027-01-01T00:00:00Z',
  tenantId: 't',
  clientState,
});
function accepted(status: number): void {
  if (status !== 202) throw new Error(`answered ${status}`);
}

const list: readonly Trouble[] = [
  // Graph's refusals are believed: it is asked again a quarter of an hour later, or at the person's click.
  { fault: 'graph.403', what: 'every request is forbidden', shows: true, begin: status(403, 'ErrorAccessDenied') },
  {
    fault: 'graph.409',
    what: 'the answers to creates get lost, so the next create meets its twin',
    begin({ cloud }) {
      cloud.graph.failNext({ path: /subscriptions$/, method: 'POST', how: 'lost', times: 2 });
      cloud.graph.challenge(ada, 'subscriptionRemoved');
      return () => cloud.graph.clearFaults();
    },
  },
  {
    fault: 'graph.429-seconds',
    what: '429 with Retry-After 30',
    begin: answering({ how: 'throttle', retryAfterSeconds: 30 }),
  },
  {
    fault: 'graph.429-date',
    what: '429 with Retry-After as a date',
    begin: answering({ how: 'throttle', retryAfterSeconds: 30, retryAfterAs: 'date' }),
  },
  { fault: 'graph.500', what: 'every answer is 500', shows: true, begin: status(500, 'InternalServerError') },
  { fault: 'graph.502', what: 'every answer is 502', shows: true, begin: status(502, 'BadGateway') },
  { fault: 'graph.503', what: 'every answer is 503', shows: true, begin: status(503, 'ServiceUnavailable') },
  { fault: 'graph.504', what: 'every answer is 504', shows: true, begin: status(504, 'GatewayTimeout') },
  {
    fault: 'graph.hang',
    what: 'nothing is answered for 100 s',
    lastsMs: 100 * second,
    begin: answering({ how: 'hang' }),
  },
  {
    fault: 'graph.truncated-json',
    what: 'every answer is half a JSON text',
    shows: true,
    begin: saying('{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata","value":[{"id":"AAMk'),
  },
  {
    fault: 'graph.wrong-content-type',
    what: 'every answer is a web page',
    shows: true,
    begin: saying('<!doctype html><title>Down for maintenance</title>', 'text/html; charset=utf-8'),
  },
  {
    fault: 'graph.paging-loop',
    what: 'every page names the same next page',
    shows: true,
    begin: saying(
      JSON.stringify({
        value: [],
        '@odata.nextLink': 'https://graph.microsoft.com/v1.0/me/mailFolders/inbox/messages/delta?$skiptoken=round',
      }),
    ),
  },
  {
    fault: 'graph.notified-before-created',
    what: 'a create is answered after the first notification for it',
    lastsMs: minute,
    async begin(home) {
      const { graph } = home.cloud;
      graph.failNext({ path: /subscriptions$/, method: 'POST', how: 'slow', delayMs: 700, times: 2 });
      graph.challenge(ada, 'subscriptionRemoved');
      // Graph's list is looked at within ten seconds; the create that follows is held at its answer.
      const moving = home.advance(15 * second);
      for (const endAt = performance.now() + 30_000; graph.subscriptions(ada).length < 1; await delay(5))
        if (performance.now() > endAt) throw new Error('nothing was created');
      graph.mailbox(ada).deliver({ subject: 'Before the answer' });
      await moving;
      await home.see(
        'it is told',
        ({ alerts }) => alerts.some(({ subject }) => subject === 'Before the answer'),
        minute,
      );
      return () => {};
    },
  },
  {
    fault: 'graph.notified-after-deletion',
    what: 'notifications for a subscription that is deleted',
    lastsMs: minute,
    async begin(home) {
      const old = secrets(home);
      home.cloud.graph.challenge(ada, 'subscriptionRemoved');
      await home.see('two new ones', () => home.cloud.graph.subscriptions(ada).length === 2, 2 * minute);
      for (let time = 0; time < 3; time += 1) accepted(await post(home, old.notificationUrl, aChange(old)));
      return () => {};
    },
  },
  {
    fault: 'graph.lifecycle-on-change-url',
    what: 'lifecycle notices at the address for changes',
    lastsMs: minute,
    async begin(home) {
      const mail = secrets(home);
      for (const event of ['missed', 'reauthorizationRequired'])
        accepted(await post(home, mail.notificationUrl, aLifecycle(mail, event)));
      return () => {};
    },
  },
  {
    fault: 'graph.change-on-lifecycle-url',
    what: 'change notifications at the address for lifecycle notices',
    lastsMs: minute,
    async begin(home) {
      const mail = secrets(home);
      accepted(await post(home, mail.lifecycleNotificationUrl, aChange(mail)));
      return () => {};
    },
  },
];

export const graph: readonly FaultTest[] = [troubles('Graph', list)];
