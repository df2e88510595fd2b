/** Small choices that concern the window alone. Nothing here is personal; where nothing can be kept, nothing is. */
export function kept(name: string): string | null {
  try {
    return globalThis.localStorage?.getItem(`tidings.${name}`) ?? null;
  } catch {
    return null;
  }
}

export function keep(name: string, value: string): void {
  try {
    globalThis.localStorage?.setItem(`tidings.${name}`, value);
  } catch {
    // A window without storage forgets the choice when it closes.
  }
}
