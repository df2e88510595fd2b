/** The names that tests have in their source, without running it: what `%s`, `$name` and `${…}` will be is left open. */
import { parseSync } from 'vite';

export interface Title {
  /** True if a test of this title can have that full name (`group > test`), or one that begins so. */
  matches(name: string, isPrefix: boolean): boolean;
}

interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}
const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

/** Either fixed text or a place where anything may stand. */
type Part = string | null;

/** @param file for its ending, which says how to read it. */
export function titlesIn(file: string, source: string): readonly Title[] {
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file} cannot be read: ${errors[0]?.message ?? ''}`);
  const found: Part[][] = [];
  collect(program as unknown as Node, [], found);
  return found.map(toTitle);
}

function collect(node: Node, groups: readonly Part[], found: Part[][]): void {
  let inner = groups;
  const call = titledCall(node);
  if (call !== null) {
    const parts = [...groups, ...(groups.length === 0 ? [] : [' > ']), ...call.title];
    if (call.what === 'describe') inner = parts;
    else found.push(parts);
  }
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) collect(child, inner, found);
  }
}

const makers = new Set(['each', 'for', 'skipIf', 'runIf']);

/** The title of a `test(…)`, `it(…)` or `describe(…)`, `.each(…)` and the like included. */
function titledCall(node: Node): { readonly what: 'test' | 'describe'; readonly title: readonly Part[] } | null {
  if (node.type !== 'CallExpression') return null;
  const callee = node.callee;
  const [first, second] = Array.isArray(node.arguments) ? node.arguments : [];
  if (!isNode(callee) || !isNode(first) || second === undefined) return null;
  const name = rootName(callee);
  if (name !== 'test' && name !== 'it' && name !== 'describe') return null;
  const property = callee.type === 'MemberExpression' && isNode(callee.property) ? callee.property.name : null;
  if (typeof property === 'string' && makers.has(property)) return null;
  return { what: name === 'describe' ? 'describe' : 'test', title: partsOf(first) };
}

function rootName(node: Node): string | null {
  if (node.type === 'Identifier') return typeof node.name === 'string' ? node.name : null;
  const inner =
    node.type === 'MemberExpression' ? node.object : node.type === 'CallExpression' ? node.callee : node.tag;
  return isNode(inner) ? rootName(inner) : null;
}

function partsOf(node: Node): readonly Part[] {
  if (node.type === 'Literal' && typeof node.value === 'string') return placeholdersOf(node.value);
  if (node.type !== 'TemplateLiteral' || !Array.isArray(node.quasis)) return [null];
  return node.quasis.flatMap((quasi: { value: { cooked: string } }, index) => [
    ...(index === 0 ? [] : [null]),
    ...placeholdersOf(quasi.value.cooked),
  ]);
}

/** vitest fills in `%s` and its like, and `$name` or `$a.b`. */
const placeholdersOf = (text: string): readonly Part[] =>
  text.split(/%[sdifjoOc#$]|\$[A-Za-z_][\w.]*/).flatMap((part, index) => (index === 0 ? [part] : [null, part]));

function toTitle(parts: readonly Part[]): Title {
  const pattern = parts
    .map((part) => (part === null ? '[^]*' : part.replaceAll('%%', '%').replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')))
    .join('');
  const whole = new RegExp(`^${pattern}$`);
  return {
    matches: (name, isPrefix) => (isPrefix ? canBegin(parts, name) : whole.test(name)),
  };
}

/** Whether some name of this title begins with `start`. */
function canBegin(parts: readonly Part[], start: string): boolean {
  const [part, ...rest] = parts;
  if (start === '') return true;
  if (part === undefined) return false;
  if (part === null) {
    // Anything may stand here, so the rest may begin at any later place; or `start` may end within it.
    return true;
  }
  if (start.length <= part.length) return part.startsWith(start);
  return start.startsWith(part) && canBegin(rest, start.slice(part.length));
}
