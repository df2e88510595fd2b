/** Microsoft's clouds: each has sign-in, Graph and people of its own. @see https://learn.microsoft.com/graph/deployments */
import type { CloudAccount } from './types.ts';

export type CloudName = 'global' | 'usGov' | 'usGovDoD' | 'china';

interface Places {
  /** The first one is what answers name. */
  readonly signIn: readonly [string, ...string[]];
  readonly graph: string;
  readonly outlook: string;
}

/** Two of them share their sign-in and have a Graph each. */
export const clouds: Readonly<Record<CloudName, Places>> = {
  global: {
    signIn: ['login.microsoftonline.com'],
    graph: 'graph.microsoft.com',
    outlook: 'outlook.office365.com',
  },
  usGov: { signIn: ['login.microsoftonline.us'], graph: 'graph.microsoft.us', outlook: 'outlook.office365.us' },
  usGovDoD: { signIn: ['login.microsoftonline.us'], graph: 'dod-graph.microsoft.us', outlook: 'webmail.apps.mil' },
  china: {
    signIn: ['login.chinacloudapi.cn', 'login.partner.microsoftonline.cn'],
    graph: 'microsoftgraph.chinacloudapi.cn',
    outlook: 'partner.outlook.cn',
  },
};
export const cloudNames = Object.keys(clouds) as readonly CloudName[];
export const signInHosts = [...new Set(cloudNames.flatMap((name) => clouds[name].signIn))];
export const graphHosts = cloudNames.map((name) => clouds[name].graph);
const [globalSignIn] = clouds.global.signIn;

export const placesOf = ({ cloud = 'global' }: Pick<CloudAccount, 'cloud'>): Places => clouds[cloud];

/** Whether people of this account sign in at that host. */
export const signsInAt = (account: Pick<CloudAccount, 'cloud'>, host: string): boolean =>
  placesOf(account).signIn.includes(host);

/** The Graphs that a sign-in host gives tokens for. */
export const graphsBehind = (signInHost: string): readonly string[] =>
  cloudNames.filter((name) => clouds[name].signIn.includes(signInHost)).map((name) => clouds[name].graph);

/** Which of our sign-in hosts a `Host` header names; the global cloud's where it names none. */
export const signInHostOf = (header: string | undefined): string => known(header, signInHosts) ?? globalSignIn;
/** The same for Graph. */
export const graphHostOf = (header: string | undefined): string => known(header, graphHosts) ?? clouds.global.graph;

function known(header: string | undefined, hosts: readonly string[]): string | undefined {
  const host = header?.toLowerCase().replace(/:\d+$/, '');
  return hosts.find((each) => each === host);
}
