import { expect, test, vi } from 'vitest';
import { copyText } from '../../../renderer/copy-text.ts';

const refuses = async (): Promise<void> => Promise.reject(new DOMException('denied', 'NotAllowedError'));

test('the text goes to the clipboard, and the page’s selection stays as it was', async () => {
  const written: string[] = [];
  const copySelection = vi.fn(() => true);
  const writeText = async (text: string): Promise<void> => void written.push(text);

  expect(await copyText('Dear administrator', { writeText, copySelection })).toBe(true);
  expect(written).toEqual(['Dear administrator']);
  expect(copySelection).not.toHaveBeenCalled();
});

test.each([
  ['refused', refuses],
  ['missing', undefined],
])('where the clipboard is %s, the selected text is copied, or said not to be', async (_what, writeText) => {
  expect(await copyText('Dear administrator', { writeText, copySelection: () => true })).toBe(true);
  expect(await copyText('Dear administrator', { writeText, copySelection: () => false })).toBe(false);
});
