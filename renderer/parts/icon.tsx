import type { ReactElement } from 'react';

/** Line drawings on a 24-unit grid, in the colour of the text around them. */
const drawings = {
  envelope:
    'M4 5.5h16A1.5 1.5 0 0 1 21.5 7v10a1.5 1.5 0 0 1-1.5 1.5H4A1.5 1.5 0 0 1 2.5 17V7A1.5 1.5 0 0 1 4 5.5zM3 7l9 6.5L21 7',
  calendar:
    'M5 5h14a1.5 1.5 0 0 1 1.5 1.5v12A1.5 1.5 0 0 1 19 20H5a1.5 1.5 0 0 1-1.5-1.5v-12A1.5 1.5 0 0 1 5 5zM3.5 9.5h17M8 3v4M16 3v4',
  calendarNew:
    'M5 5h14a1.5 1.5 0 0 1 1.5 1.5v12A1.5 1.5 0 0 1 19 20H5a1.5 1.5 0 0 1-1.5-1.5v-12A1.5 1.5 0 0 1 5 5zM3.5 9.5h17M8 3v4M16 3v4M12 12v5.5M9.3 14.7h5.4',
  calendarMoved:
    'M5 5h14a1.5 1.5 0 0 1 1.5 1.5v12A1.5 1.5 0 0 1 19 20H5a1.5 1.5 0 0 1-1.5-1.5v-12A1.5 1.5 0 0 1 5 5zM3.5 9.5h17M8 3v4M16 3v4M8.5 14.7h7M13 12.2l2.5 2.5-2.5 2.5',
  calendarChanged:
    'M5 5h14a1.5 1.5 0 0 1 1.5 1.5v12A1.5 1.5 0 0 1 19 20H5a1.5 1.5 0 0 1-1.5-1.5v-12A1.5 1.5 0 0 1 5 5zM3.5 9.5h17M8 3v4M16 3v4M8.8 17l.4-2 3.9-3.9 1.6 1.6-3.9 3.9z',
  calendarCancelled:
    'M5 5h14a1.5 1.5 0 0 1 1.5 1.5v12A1.5 1.5 0 0 1 19 20H5a1.5 1.5 0 0 1-1.5-1.5v-12A1.5 1.5 0 0 1 5 5zM3.5 9.5h17M8 3v4M16 3v4M9.8 12.6l4.4 4.4M14.2 12.6 9.8 17',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  key: 'M8 11a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM10.9 12.1 19 4M15.5 7.5l2.8 2.8',
  warning: 'M12 4.5 21 19.5H3zM12 10v4.2M12 17v.1',
  noEntry: 'M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM7.5 12h9',
  cloudOff: 'M8.3 8.3A5.2 5.2 0 0 1 17 10.6 4 4 0 0 1 19.6 17M16 18.5H7.2A4.2 4.2 0 0 1 6.4 10M4 4l16 16',
  bellOff: 'M9 5a5 5 0 0 1 8 4v3.5l1.2 2.2M16 16.5H5.5L7 13.2V9.5M10 19.5h4M4 4l16 16',
  bell: 'M12 4a5 5 0 0 1 5 5v4l1.6 3.5H5.4L7 13V9a5 5 0 0 1 5-5zM10 19.5h4',
  clock: 'M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM12 7.5V12l3 2',
  arrows: 'M4.5 11a7.6 7.6 0 0 1 13.6-3.6L20 9.5M20 4.5v5h-5M19.5 13a7.6 7.6 0 0 1-13.6 3.6L4 14.5M4 19.5v-5h5',
  pause: 'M8.5 5.5v13M15.5 5.5v13',
  plus: 'M12 5v14M5 12h14',
  shield: 'M12 3.5l7.5 2.8v5.2c0 4.4-3 7.6-7.5 9-4.5-1.4-7.5-4.6-7.5-9V6.3zM8.8 12l2.3 2.3 4.2-4.4',
  tunnel: 'M3.5 18.5V13a8.5 8.5 0 0 1 17 0v5.5zM8 18.5V13a4 4 0 0 1 8 0v5.5',
  feed: 'M5.5 17.3a1.2 1.2 0 1 1 0 2.4 1.2 1.2 0 0 1 0-2.4zM4.5 11.5a8 8 0 0 1 8 8M4.5 5a14.5 14.5 0 0 1 14.5 14.5',
  person: 'M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4.5 20c.6-3.6 3.6-5.5 7.5-5.5s6.9 1.9 7.5 5.5',
  pulse: 'M3 12h4l2.5-6.5 4.5 13 2.7-6.5H21',
  list: 'M4 6.5h16M4 12h16M4 17.5h10',
  external:
    'M14 4.5h5.5V10M19 5l-8 8M17.5 13.5v4a1.5 1.5 0 0 1-1.5 1.5H6.5A1.5 1.5 0 0 1 5 17.5V8a1.5 1.5 0 0 1 1.5-1.5h4',
  close: 'M6 6l12 12M18 6 6 18',
  search: 'M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM15.3 15.3 20 20',
  more: 'M5.5 11.3a.7.7 0 1 1 0 1.4.7.7 0 0 1 0-1.4zM12 11.3a.7.7 0 1 1 0 1.4.7.7 0 0 1 0-1.4zM18.5 11.3a.7.7 0 1 1 0 1.4.7.7 0 0 1 0-1.4z',
  gear: 'M12 9a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM19.4 14.5l1.6 1.3-2 3.4-2-.8a7.6 7.6 0 0 1-2.2 1.3L14.5 22h-5l-.3-2.3A7.6 7.6 0 0 1 7 18.4l-2 .8-2-3.4 1.6-1.3a7.6 7.6 0 0 1 0-5L3 8.2l2-3.4 2 .8a7.6 7.6 0 0 1 2.2-1.3L9.5 2h5l.3 2.3A7.6 7.6 0 0 1 17 5.6l2-.8 2 3.4-1.6 1.3a7.6 7.6 0 0 1 0 5z',
  agenda: 'M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM8 12h7.5M12.5 8.7 15.8 12l-3.3 3.3',
  camera:
    'M4 7h9.5A1.5 1.5 0 0 1 15 8.5v7a1.5 1.5 0 0 1-1.5 1.5H4a1.5 1.5 0 0 1-1.5-1.5v-7A1.5 1.5 0 0 1 4 7zM15 11l6-3.5v9L15 13',
  envelopeOpen: 'M3 9.5 12 4l9 5.5v8a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 17.5zM3 10l9 5.5 9-5.5',
  mute: 'M4.5 9.5v5h3.2l4.3 3.6V5.9L7.7 9.5zM16 9.5l5 5M21 9.5l-5 5',
  star: 'M12 3.8l2.5 5.2 5.7.8-4.1 4 1 5.7-5.1-2.7-5.1 2.7 1-5.7-4.1-4 5.7-.8z',
  exclamation: 'M12 4.5v9.5M12 18.5v.1',
  lock: 'M6.5 10.5h11A1.5 1.5 0 0 1 19 12v6.5a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 5 18.5V12a1.5 1.5 0 0 1 1.5-1.5zM8 10.5V8a4 4 0 0 1 8 0v2.5',
  moon: 'M19.5 14.2A8 8 0 0 1 9.8 4.5a8 8 0 1 0 9.7 9.7z',
  play: 'M8 5.5v13l10.5-6.5z',
  chevron: 'M7 10l5 5 5-5',
  copy: 'M9.5 8.5h9A1.5 1.5 0 0 1 20 10v9a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 8 19v-9a1.5 1.5 0 0 1 1.5-1.5zM16 8.5V5a1.5 1.5 0 0 0-1.5-1.5H5.5A1.5 1.5 0 0 0 4 5v9a1.5 1.5 0 0 0 1.5 1.5H8',
  folder: 'M3.5 6.5A1.5 1.5 0 0 1 5 5h4l2 2.5h8A1.5 1.5 0 0 1 20.5 9v8.5A1.5 1.5 0 0 1 19 19H5a1.5 1.5 0 0 1-1.5-1.5z',
  keyboard:
    'M4 6.5h16A1.5 1.5 0 0 1 21.5 8v8a1.5 1.5 0 0 1-1.5 1.5H4A1.5 1.5 0 0 1 2.5 16V8A1.5 1.5 0 0 1 4 6.5zM6.5 10.2h.01M10 10.2h.01M14 10.2h.01M17.5 10.2h.01M8 14h8',
  pin: 'M12 21s6.5-5.8 6.5-11a6.5 6.5 0 0 0-13 0c0 5.2 6.5 11 6.5 11zM12 7.7a2.3 2.3 0 1 1 0 4.6 2.3 2.3 0 0 1 0-4.6z',
  sun: 'M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4',
} as const;
export type IconName = keyof typeof drawings;

/** Decoration only: what it means is always said in text as well. */
export function Icon({ name }: { readonly name: IconName }): ReactElement {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={drawings[name]} />
    </svg>
  );
}

/** The mark beside the product's name. */
export function Brand(): ReactElement {
  return (
    <svg className="brand-mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect className="brand-ground" width="32" height="32" rx="8" />
      <rect className="brand-paper" x="6" y="10" width="20" height="14" rx="2" />
      <path className="brand-fold" d="M7 12l9 6.6L25 12" />
      <circle className="brand-ring" cx="25" cy="9" r="5" />
      <circle className="brand-dot" cx="25" cy="9" r="3.4" />
    </svg>
  );
}
