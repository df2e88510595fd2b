/** The two ways to the clipboard: the page's own, and the older one that copies what is selected. */
export interface CopyWays {
  /** Rejects where the permission is not given; undefined where the page is not trusted enough to have it. */
  readonly writeText: ((text: string) => Promise<void>) | undefined;
  /** Selects the text for the person, and copies the selection if the browser allows it. */
  readonly copySelection: () => boolean;
}

/**
 * Copies, inside a click.
 *
 * @returns false where neither way works: then the text is selected, to be copied by hand.
 */
export async function copyText(text: string, ways: CopyWays): Promise<boolean> {
  try {
    if (ways.writeText === undefined) return ways.copySelection();
    await ways.writeText(text);
    return true;
  } catch {
    return ways.copySelection();
  }
}

/** What the person is told then. */
export const copyNote = (isCopied: boolean): string =>
  isCopied ? 'Copied' : 'It could not be copied. The text is selected: copy it with your keyboard.';

/**
 * Puts a text into a field, selects all of it and copies it. The focus goes back only when that is done: otherwise the
 * selection is what the person copies by hand.
 */
export function copySelected(field: HTMLTextAreaElement, text: string): boolean {
  const before = document.activeElement;
  field.value = text;
  field.focus();
  field.select();
  if (!document.execCommand('copy')) return false;
  if (before instanceof HTMLElement) before.focus();
  return true;
}
