/** Microsoft Graph for one account: the adapter behind the ports `Subscriptions`, `Mail` and `Calendar`. */
import { clouds } from '../domain/cloud.ts';
import type { Calendar, Mail, Subscriptions } from '../domain/ports.ts';
import { createCalendar } from './calendar.ts';
import { type ClientOptions, createClient } from './client.ts';
import { createMail } from './mail.ts';
import { createSubscriptions } from './subscriptions.ts';

export interface GraphOptions extends Omit<ClientOptions, 'baseUrl'> {
  /** Root of the API; the global cloud's when absent. */
  readonly baseUrl?: string;
  /** Whether mail comes with its first words, which needs `Mail.Read`. */
  readonly previews: boolean;
}

export interface Graph {
  readonly subscriptions: Subscriptions;
  readonly mail: Mail;
  readonly calendar: Calendar;
  /** How far the server's clock is ahead of ours, in milliseconds; null before the first answer. */
  serverOffsetMs(): number | null;
  /** Ends what is under way: it rejects. Resolves when no request runs any more. */
  close(): Promise<void>;
}

/** All rejections are Failures: one of the `graph-…` codes, or what the token source says. */
export function createGraph(options: GraphOptions): Graph {
  const client = createClient({ ...options, baseUrl: options.baseUrl ?? `${clouds.global.graphOrigin}/v1.0` });
  return {
    subscriptions: createSubscriptions(client, options.log),
    mail: createMail(client, options.log, options.previews),
    calendar: createCalendar(client, options.log),
    serverOffsetMs: client.serverOffsetMs,
    close: client.close,
  };
}
