/** The demands of the specification, one row each, and the tests that prove them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const words = z.string().min(12);
const row = z
  .strictObject({
    /** `entra.10.token-endpoint.invalid_grant`: reference, section, what the row is about. */
    key: z.string().regex(/^[a-z]+\.\d+(\.[\w+$@-]+)+$/),
    /** What the app must do, in our own words. */
    demand: words.optional(),
    /** Error numbers that the row is about. */
    numbers: z.array(z.number().int()).min(1).optional(),
    /** `file › full name of a test`, a name ending in ` …` for all that begin so, or the file of a story. */
    proof: z.array(z.string().min(10)).min(1).optional(),
    /** Why the row asks nothing of this app. */
    noDemand: words.optional(),
    /** What is still missing. */
    open: words.optional(),
  })
  .refine(({ noDemand, demand }) => (noDemand === undefined) !== (demand === undefined), {
    message: 'a row has either a demand or a reason for having none',
  })
  .refine(({ noDemand, proof, open }) => noDemand === undefined || (proof === undefined && open === undefined), {
    message: 'a row without demand needs no proof',
  })
  .refine(({ noDemand, proof, open }) => noDemand !== undefined || proof !== undefined || open !== undefined, {
    message: 'a demand has a proof, or says what is still missing',
  });
export type Row = z.infer<typeof row>;

export type Standing = 'proven' | 'noDemand' | 'open';

/** A row with proofs that still misses something is open. */
export function standingOf({ noDemand, open }: Row): Standing {
  if (noDemand !== undefined) return 'noDemand';
  return open === undefined ? 'proven' : 'open';
}

/** `entra.10` of `entra.10.token-endpoint.invalid_grant`. */
export const sectionOf = ({ key }: Row): string => key.split('.').slice(0, 2).join('.');

/**
 * The rows from their JSON text.
 *
 * @throws {Error} naming the row (by its key, else its place from 1) and what is wrong with it.
 */
export function parseRows(text: string): readonly Row[] {
  const raw = z.array(z.unknown()).parse(JSON.parse(text));
  const rows = raw.map((each, index) => {
    const result = row.safeParse(each);
    if (result.success) return result.data;
    const name = z.looseObject({ key: z.string() }).safeParse(each).data?.key ?? `row ${index + 1}`;
    throw new Error(`${name}: ${z.prettifyError(result.error)}`);
  });
  const seen = new Set<string>();
  for (const { key } of rows) {
    if (seen.has(key)) throw new Error(`${key}: stands twice`);
    seen.add(key);
  }
  return rows;
}

export const readRows = (): readonly Row[] => parseRows(readFileSync(join(import.meta.dirname, 'rows.json'), 'utf8'));

export interface Section {
  readonly section: string;
  readonly title: string;
  /** How many rows the reference has there: fewer, and a demand was forgotten. */
  readonly rows: number;
}
const section = z.strictObject({ section: z.string(), title: z.string(), rows: z.number().int().min(1) });

export const readSections = (): readonly Section[] =>
  z.array(section).parse(JSON.parse(readFileSync(join(import.meta.dirname, 'sections.json'), 'utf8')));
