import { parseArgs } from 'node:util';
import { type CloudName, cloudNames, clouds, signsInAt } from '../../main/domain/cloud.ts';
import { publicAddressProblem } from '../../main/domain/public-address.ts';
import { defaultSettings, type Settings } from '../../main/domain/settings.ts';

export interface LiveOptions {
  readonly settings: Settings & { readonly clientId: string };
  /** How long a person has for one thing that is asked of them, in milliseconds. */
  readonly waitMs: number;
  /** How long to stay afterwards and note what Microsoft sends by itself, in milliseconds. */
  readonly stayMs: number;
  /** Also answer as to a challenge, by `POST …/reauthorize`. */
  readonly reauthorize: boolean;
  readonly openBrowser: boolean;
  /** Where the recording goes; null: nowhere. */
  readonly recording: string | null;
}

export const usage = `npm run live -- --client-id ID [options]

Tries Tidings with your own account at Microsoft: signs in, subscribes, waits for one mail and one meeting, signs out,
and leaves nothing behind. Nothing about you is written down; see docs/live-check.md.

  --client-id ID            application (client) id of an app registration (or TIDINGS_CLIENT_ID)
  --authority URL           sign-in address, when the registration is for one organisation only
  --cloud NAME              ${cloudNames.join(', ')} (default global)
  --relay URL               another localtunnel relay (default https://localtunnel.me)
  --fixed-address URL       your own public address in place of a tunnel, leading to --port
  --port NUMBER             the local port behind --fixed-address
  --previews                ask for Mail.Read in place of Mail.ReadBasic
  --reauthorize             also try POST /subscriptions/{id}/reauthorize
  --wait MINUTES            for each thing you are asked to do (default 10)
  --stay MINUTES            stay that long at the end, and note what Microsoft sends by itself (default 0)
  --no-browser              print the sign-in address in place of opening it
  --record FILE             where the recording goes (default tidings-live-DAY.json)
  --no-record               write no recording
  --help`;

/** @returns the options, or one sentence that says what is wrong, or null when only help was asked for. */
export function readOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  today: Date,
): LiveOptions | string | null {
  let values: ReturnType<typeof parse>;
  try {
    values = parse(args);
  } catch (error) {
    return error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error);
  }
  if (values.help === true) return null;
  const clientId = (values['client-id'] ?? env.TIDINGS_CLIENT_ID ?? '').trim();
  if (clientId === '') return 'A client id is missing: --client-id ID';
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(clientId)) return 'The client id is not a GUID';
  const cloud = cloudOf(values.cloud ?? 'global');
  if (cloud === null) return `There is no cloud ${values.cloud}: ${cloudNames.join(', ')}`;
  const authority = values.authority ?? clouds[cloud].authority;
  if (!URL.canParse(authority) || !signsInAt(cloud, authority))
    return `--authority is no sign-in address of the cloud ${cloud}`;
  const tunnel = tunnelOf(values);
  if (typeof tunnel === 'string') return tunnel;
  const waitMs = minutes(values.wait ?? '10');
  const stayMs = minutes(values.stay ?? '0');
  if (waitMs === null || waitMs === 0) return '--wait is a number of minutes above 0, at most 1440';
  if (stayMs === null) return '--stay is a number of minutes, at most 1440';
  return {
    settings: { ...defaultSettings, clientId, cloud, authority, tunnel, previews: values.previews === true },
    waitMs,
    stayMs,
    reauthorize: values.reauthorize === true,
    openBrowser: values['no-browser'] !== true,
    recording:
      values['no-record'] === true ? null : (values.record ?? `tidings-live-${today.toISOString().slice(0, 10)}.json`),
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  return parseArgs({
    args: [...args],
    strict: true,
    allowPositionals: false,
    options: {
      'client-id': text,
      authority: text,
      cloud: text,
      relay: text,
      'fixed-address': text,
      port: text,
      previews: flag,
      reauthorize: flag,
      wait: text,
      stay: text,
      'no-browser': flag,
      record: text,
      'no-record': flag,
      help: flag,
    },
  }).values;
}

const cloudOf = (name: string): CloudName | null => cloudNames.find((known) => known === name) ?? null;

function tunnelOf(values: ReturnType<typeof parse>): Settings['tunnel'] | string {
  const url = values['fixed-address'];
  if (url === undefined) {
    if (values.port !== undefined) return '--port belongs to --fixed-address';
    const host = values.relay ?? 'https://localtunnel.me';
    if (!/^https?:\/\/[^/\s]+$/.test(host) || !URL.canParse(host))
      return '--relay is an address such as https://localtunnel.me';
    return { kind: 'localtunnel', host };
  }
  if (values.relay !== undefined) return '--relay and --fixed-address exclude each other';
  const problem = publicAddressProblem(url);
  if (problem !== null) return `--fixed-address ${problem}`;
  const port = Number(values.port ?? '');
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    return '--fixed-address needs --port, a number from 1 to 65535';
  return { kind: 'fixedAddress', url, port };
}

/** Minutes as milliseconds, or null for what is no number of minutes. */
function minutes(text: string): number | null {
  const number = Number(text);
  return text.trim() !== '' && number >= 0 && number <= 1440 ? number * 60_000 : null;
}
