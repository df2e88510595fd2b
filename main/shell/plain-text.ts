/**
 * Text that strangers wrote (names, subjects, first words of a mail), made fit for one line of a toast, a menu or a list.
 *
 * What is taken out can hide or turn around what a person reads: control characters, the marks and overrides of
 * bidirectional text, characters without a width, and unpaired surrogates. What joins (the zero-width joiner of family
 * emoji, the non-joiner of Persian) stays, because words fall apart without it.
 *
 * @see https://www.unicode.org/reports/tr36/
 */
const hidden =
  /[[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029\uFFF9-\uFFFB]--[\u200C\u200D\uFE0E\uFE0F]]/gv;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** One letter may carry this many marks; a real one needs fewer, and a tower of them climbs over the line above. */
const marksPerLetter = 4;

/**
 * One line without anything hidden, at most `maxGraphemes` characters as a person counts them; longer text ends in "…".
 */
export function plainText(text: string, maxGraphemes: number): string {
  // Nobody can read more than this, and segmenting a megabyte takes seconds.
  const start = text.slice(0, maxGraphemes * 40);
  const visible = start
    .replace(/[\t\n\v\f\r\u0085\u2028\u2029]/gu, ' ')
    .replace(hidden, '')
    .replace(/\s+/gu, ' ')
    .trim();
  return cut(visible, maxGraphemes, text.length > start.length);
}

/** Several lines, each made plain, empty ones left out; the limit counts all of them together. */
export function plainLines(text: string, maxGraphemes: number): string {
  const lines = text.slice(0, maxGraphemes * 40).split(/\r\n|[\n\r\u0085\u2028\u2029]/u);
  const plain = lines.map((line) => plainText(line, maxGraphemes)).filter((line) => line !== '');
  return cut(plain.join('\n'), maxGraphemes, false);
}

/** For notification servers that read the body as markup (Linux): what a stranger wrote stays text. */
export const escapeMarkup = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function cut(text: string, maxGraphemes: number, hadMore: boolean): string {
  const kept: string[] = [];
  for (const { segment } of graphemes.segment(text)) {
    if (kept.length === maxGraphemes) return `${kept.slice(0, -1).join('').trimEnd()}…`;
    kept.push(withFewMarks(segment));
  }
  return hadMore && kept.length > 0
    ? `${kept
        .slice(0, maxGraphemes - 1)
        .join('')
        .trimEnd()}…`
    : kept.join('');
}

function withFewMarks(segment: string): string {
  let marks = 0;
  return segment.replace(/\p{Mn}/gu, (mark) => {
    marks += 1;
    return marks <= marksPerLetter || mark === '\uFE0F' ? mark : '';
  });
}
