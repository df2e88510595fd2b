/** Microsoft's clouds: which sign-in belongs to which Graph, and where mail and meetings are opened. Tokens of one are worth nothing in another. */
export type CloudName = 'global' | 'usGov' | 'usGovDoD' | 'china';

export interface Cloud {
  readonly name: CloudName;
  /** One service under several names, the first to be used: MSAL may answer to one with another. */
  readonly signInHosts: readonly string[];
  /** For people who named none. Personal accounts live in the global cloud only. */
  readonly authority: string;
  /** Scopes belong to it, tokens are sent to it and to nothing else. */
  readonly graphOrigin: string;
  readonly mailHosts: readonly string[];
  readonly meetingHosts: readonly string[];
}

/** @see https://learn.microsoft.com/graph/deployments and https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud */
export const clouds: Readonly<Record<CloudName, Cloud>> = {
  global: {
    name: 'global',
    signInHosts: ['login.microsoftonline.com', 'login.windows.net', 'login.microsoft.com', 'sts.windows.net'],
    authority: 'https://login.microsoftonline.com/common',
    graphOrigin: 'https://graph.microsoft.com',
    mailHosts: ['outlook.office.com', 'outlook.office365.com', 'outlook.live.com', 'outlook.cloud.microsoft'],
    meetingHosts: ['teams.microsoft.com', 'teams.live.com', 'teams.cloud.microsoft'],
  },
  usGov: {
    name: 'usGov',
    signInHosts: ['login.microsoftonline.us', 'login.usgovcloudapi.net'],
    authority: 'https://login.microsoftonline.us/organizations',
    graphOrigin: 'https://graph.microsoft.us',
    mailHosts: ['outlook.office365.us', 'outlook.office.us'],
    meetingHosts: ['gov.teams.microsoft.us'],
  },
  usGovDoD: {
    name: 'usGovDoD',
    signInHosts: ['login.microsoftonline.us', 'login.usgovcloudapi.net'],
    authority: 'https://login.microsoftonline.us/organizations',
    graphOrigin: 'https://dod-graph.microsoft.us',
    mailHosts: ['webmail.apps.mil', 'outlook-dod.office365.us'],
    meetingHosts: ['dod.teams.microsoft.us'],
  },
  china: {
    name: 'china',
    signInHosts: ['login.chinacloudapi.cn', 'login.partner.microsoftonline.cn'],
    authority: 'https://login.chinacloudapi.cn/organizations',
    graphOrigin: 'https://microsoftgraph.chinacloudapi.cn',
    mailHosts: ['partner.outlook.cn', 'outlook.office365.cn'],
    meetingHosts: [],
  },
};
export const cloudNames = Object.keys(clouds) as readonly CloudName[];

/** Where Microsoft signs people in, whichever the cloud. A token request goes nowhere else. */
export const signInHosts: ReadonlySet<string> = new Set(cloudNames.flatMap((name) => clouds[name].signInHosts));

/** The first cloud whose people sign in at this host; null for a host that is none of Microsoft's. */
export function cloudOfSignIn(host: string): Cloud | null {
  return cloudNames.map((name) => clouds[name]).find((cloud) => cloud.signInHosts.includes(host)) ?? null;
}

/** The cloud whose Graph has this origin, or null. */
export function cloudOfGraph(origin: string): Cloud | null {
  return cloudNames.map((name) => clouds[name]).find((cloud) => cloud.graphOrigin === origin) ?? null;
}

/** True when people of this cloud sign in at the authority's host. */
export const signsInAt = (name: CloudName, authority: string): boolean =>
  URL.canParse(authority) && clouds[name].signInHosts.includes(new URL(authority).host);
