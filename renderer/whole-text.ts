import type { PointerEvent } from 'react';

/** For text that may be cut off: then, and only then, all of it is its tooltip. */
export function tellWhole({ currentTarget: place }: PointerEvent<HTMLElement>): void {
  const isCut = place.scrollWidth > place.clientWidth || place.scrollHeight > place.clientHeight;
  if (isCut) place.title = place.textContent;
  else place.removeAttribute('title');
}
