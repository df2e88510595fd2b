/** What the running cloud prints: one readable line per event and per request. */
import type { ProxiedRequest } from '../traffic.ts';
import { shortTunnelNames } from '../tunnel-names.ts';
import type { CloudEvent } from '../types.ts';

const time = (at: Date) => at.toISOString().slice(11, 23);

export function eventLine({ at, site, text }: CloudEvent): string {
  return `${time(at)}  ${site.padEnd(6)}  ${text}`;
}

export function requestLine({ at, from, host, method, path, status, tookMs }: ProxiedRequest): string {
  const where = from === 'cloud' ? 'inside' : 'http  ';
  return shortTunnelNames(`${time(at)}  ${where}  ${method} ${host}${path} → ${status ?? 'no answer'} (${tookMs} ms)`);
}

/** A command that came from another terminal, with its answer. */
export function commandLine(at: Date, words: readonly string[], kind: string, text: string | undefined): string {
  const answer = text === undefined ? kind : `${kind}: ${text.split('\n', 1)[0]}`;
  return shortTunnelNames(`${time(at)}  asked   ${words.join(' ')} → ${answer}`);
}
