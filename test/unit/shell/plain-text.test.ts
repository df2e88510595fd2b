import { expect, test } from 'vitest';
import { escapeMarkup, plainLines, plainText } from '../../../main/shell/plain-text.ts';

const cases: readonly (readonly [name: string, text: string, plain: string])[] = [
  ['plain words stay', 'Offer for the lake house', 'Offer for the lake house'],
  ['spaces at the ends go', '  Offer  ', 'Offer'],
  ['runs of spaces become one', 'a    b', 'a b'],
  ['tabs and line breaks become spaces', 'a\tb\r\nc\nd', 'a b c d'],
  ['no-break and ideographic spaces become plain ones', 'a\u00A0\u3000b', 'a b'],
  ['line and paragraph separators become spaces', 'a\u2028b\u2029c', 'a b c'],
  ['a null byte goes', 'a\u0000b', 'ab'],
  ['escape sequences lose their escape', '\u001B[31mred\u001B[0m', '[31mred[0m'],
  ['C1 controls go', 'a\u009Bb', 'ab'],
  ['delete and backspace go', 'a\u007F\u0008b', 'ab'],
  ['right-to-left override goes', 'invoice\u202Etxt.exe', 'invoicetxt.exe'],
  ['embeddings and their end go', '\u202Aa\u202Bb\u202C', 'ab'],
  ['isolates go', '\u2066a\u2067b\u2068c\u2069', 'abc'],
  ['direction marks go', '\u200Ea\u200F\u061Cb', 'ab'],
  ['zero-width spaces and joiners of words go', 'pay\u200Bpal\u2060', 'paypal'],
  ['a byte order mark goes', '\uFEFFHello', 'Hello'],
  ['soft hyphens go', 'un\u00ADseen', 'unseen'],
  ['Hangul fillers go', '\u3164\uFFA0\u115Fa', 'a'],
  ['tag characters go', 'a\u{E0041}\u{E007F}', 'a'],
  ['interlinear annotation goes', '\uFFF9a\uFFFAb\uFFFB', 'ab'],
  ['half of a surrogate pair goes', 'a\uD83Db', 'ab'],
  ['what is only hidden is empty', '\u200B\u202E\u0007', ''],
  ['Arabic stays in its order', 'موعد الأسبوع', 'موعد الأسبوع'],
  ['Persian keeps its non-joiner', 'می\u200Cخواهم', 'می\u200Cخواهم'],
  ['a family stays one family', '👨‍👩‍👧 dinner', '👨‍👩‍👧 dinner'],
  ['a heart stays red', '❤️', '❤️'],
  ['German and Vietnamese keep their marks', 'Grüße, Tiếng Việt', 'Grüße, Tiếng Việt'],
  ['a tower of marks is cut down', `e${'\u0301'.repeat(60)}x`, `e${'\u0301'.repeat(4)}x`],
  ['markup is not our business here', '<b>5 & 6</b>', '<b>5 & 6</b>'],
  ['a percent sign and braces stay', '100 % {name} %s', '100 % {name} %s'],
];
test.each(cases)('%s', (_name, text, plain) => {
  expect(plainText(text, 120)).toBe(plain);
});

test('cuts at what a person counts as characters, never inside one', () => {
  expect(plainText('👨‍👩‍👧'.repeat(5), 5)).toBe('👨‍👩‍👧'.repeat(5));
  expect(plainText('👨‍👩‍👧'.repeat(6), 5)).toBe(`${'👨‍👩‍👧'.repeat(4)}…`);
  expect(plainText('e\u0301'.repeat(6), 5)).toBe(`${'e\u0301'.repeat(4)}…`);
});

test('says with dots that there was more, and leaves no space before them', () => {
  expect(plainText('one two three', 9)).toBe('one two…');
  expect(plainText('one two', 7)).toBe('one two');
});

test('a megabyte costs no more than a line', () => {
  const started = performance.now();
  const plain = plainText('x'.repeat(1_000_000), 120);
  expect(plain).toBe(`${'x'.repeat(119)}…`);
  expect(performance.now() - started).toBeLessThan(200);
});

test('lines stay lines, empty ones go, and the limit counts them together', () => {
  expect(plainLines('Minutes\r\n\n  of\tMonday \u202E\n', 240)).toBe('Minutes\nof Monday');
  expect(plainLines('abcd\nefgh', 6)).toBe('abcd…');
});

test('markup becomes text for servers that read it', () => {
  expect(escapeMarkup('<a href="x">5 & 6</a> &amp;')).toBe('&lt;a href="x"&gt;5 &amp; 6&lt;/a&gt; &amp;amp;');
});
