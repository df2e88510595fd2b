/** What can be typed about the network, the tunnel relay and the clock. */
import type { Cloud } from '../cloud.ts';
import type { ApiMode } from '../relay/relay.ts';
import { type ConsoleCommand, countOf, durationOf, oneOf, UsageError } from './command.ts';

const apiModes: readonly ApiMode[] = [
  'ok',
  'refuse',
  'unavailable',
  'hang',
  'garbage',
  'reset',
  'insecureAddress',
  'endlessSockets',
  'deadDataHost',
];
const relayWords = 'cut, freeze, restore, restart, drop, refuse, close, swallow, take, other-name, api MODE';

export const networkCommands: readonly ConsoleCommand[] = [
  { name: 'offline', takes: '', does: 'the desktop loses its network', run: (_, cloud) => switchNetwork(cloud, true) },
  {
    name: 'online',
    takes: '',
    does: 'the desktop has its network back',
    run: (_, cloud) => switchNetwork(cloud, false),
  },
  {
    name: 'fail',
    takes: 'entra|graph|HOST [TIMES] [refuse|hang|reset|html|STATUS]',
    does: 'breaks the way to a host, once unless TIMES says otherwise (default 503)',
    run([host, ...rest], { proxy }) {
      if (!host) throw new UsageError('fail needs a host');
      const known: Readonly<Record<string, string>> = {
        entra: 'login.microsoftonline.com',
        graph: 'graph.microsoft.com',
      };
      const isCount = rest.length > 1;
      const times = isCount ? countOf(rest[0], 'TIMES') : 1;
      const how = rest[isCount ? 1 : 0] ?? '503';
      if (how === 'refuse' || how === 'hang' || how === 'reset' || how === 'html') {
        proxy.fail(known[host] ?? host, { kind: how, times });
      } else if (/^[345]\d\d$/.test(how))
        proxy.fail(known[host] ?? host, { kind: 'status', status: Number(how), times });
      else
        throw new UsageError(`A host fails by refuse, hang, reset, html or a status from 300 to 599, not by "${how}"`);
      return undefined;
    },
  },
  {
    name: 'relay',
    takes: relayWords.replaceAll(', ', '|'),
    does: 'the tunnel service misbehaves, or works again (cut, freeze and restore also by themselves)',
    async run([how, mode], { relay }) {
      if (how === 'cut') relay.cut();
      else if (how === 'freeze') relay.freeze();
      else if (how === 'restore') await relay.restore();
      else if (how === 'restart') relay.restart();
      else if (how === 'drop') relay.dropSockets();
      else if (how === 'refuse') await relay.setDataRefused(true);
      else if (how === 'close') relay.acceptAndClose(true);
      else if (how === 'swallow') relay.swallow(true);
      else if (how === 'other-name') relay.giveOtherName(true);
      else if (how === 'api') relay.setApi(oneOf(mode, apiModes));
      else if (how === 'take') return takeNames(relay);
      else throw new UsageError(`relay needs one of ${relayWords}`);
      return undefined;
    },
  },
  {
    name: 'tunnels',
    takes: '',
    does: 'lists the tunnels that are open',
    run(_, { relay }) {
      const lines = relay.names().map(({ name, connected }) => `${name}.loca.lt  ${connected} sockets`);
      return lines.join('\n') || 'There are none';
    },
  },
  {
    name: 'advance',
    takes: 'DURATION',
    does: 'moves the time of a cloud with --clock manual: 90s, 12min, 9h, 4d',
    async run([text], { clock }) {
      const ms = durationOf(text);
      if (clock.mode === 'real') throw new UsageError('This cloud follows the machine; start it with --clock manual');
      await clock.advance(ms);
      return `It is now ${clock.now().toISOString()}`;
    },
  },
  { name: 'time', takes: '', does: "tells the cloud's time", run: (_, { clock }) => clock.now().toISOString() },
];

function takeNames(relay: Cloud['relay']): string {
  const names = relay.names().map(({ name }) => name);
  for (const name of names) relay.takeName(name);
  return `${names.length} names taken by a stranger`;
}

async function switchNetwork(cloud: Cloud, isOffline: boolean): Promise<undefined> {
  await cloud.offline(isOffline);
}
