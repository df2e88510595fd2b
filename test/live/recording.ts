/** What `npm run live` writes: steps, what went over the wire without what it said, and answers to open questions. */
import { z } from 'zod';

const headers = z.record(z.string(), z.string().nullable());
const body = z.union([
  /** JSON or a form. */
  z.record(z.string(), z.array(z.string())),
  /** `empty`, `text`, `html`, `not JSON`, `too large`, `not kept`. */
  z.string(),
]);
const exchange = z.object({
  step: z.string(),
  /** `out`: this computer asked. `in`: it was asked. */
  direction: z.enum(['out', 'in']),
  /** Who began it: Tidings as it is, a question of this command, Microsoft (or a stranger), the person's browser. */
  by: z.enum(['tidings', 'question', 'microsoft', 'browser']),
  method: z.string(),
  place: z.string(),
  path: z.string(),
  query: z.array(z.string()),
  request: z.object({ headers, body }),
  /** Null: no answer came. */
  status: z.number().int().nullable(),
  response: z.object({ headers, body }),
  /** Milliseconds since the beginning; the order of beginnings and ends is the order on the wire. */
  beganMs: z.number(),
  endedMs: z.number(),
});
const step = z.object({
  name: z.string(),
  verdict: z.enum(['good', 'bad', 'answered', 'skipped']),
  text: z.string(),
  tookMs: z.number(),
});
export const recordingSchema = z.object({
  format: z.literal(1),
  /** The day only. */
  day: z.string(),
  setup: z.object({
    cloud: z.enum(['global', 'usGov', 'usGovDoD', 'china']),
    tunnel: z.enum(['localtunnel', 'fixedAddress']),
    account: z.enum(['work', 'personal']).nullable(),
    previews: z.boolean(),
    reauthorize: z.boolean(),
    node: z.string(),
  }),
  steps: z.array(step),
  answers: z.array(z.object({ question: z.string(), answer: z.string() })),
  exchanges: z.array(exchange),
});

export type Recording = z.infer<typeof recordingSchema>;
export type RecordedExchange = z.infer<typeof exchange>;
export type RecordedBody = z.infer<typeof body>;
export type LiveStep = z.infer<typeof step>;

/** @throws {Error} in one sentence when the text is no recording of this version. */
export function readRecording(text: string): Recording {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error('The recording is not JSON.');
  }
  const parsed = recordingSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(`This is no recording of this version: ${issue?.path.join('.')}: ${issue?.message}.`);
  }
  return parsed.data;
}
