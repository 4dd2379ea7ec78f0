import type { ReactNode } from 'react';

/** Strokes on a 16-pixel square, in the colour of the text beside them. An icon never stands without a word or label. */
const ICONS = {
  today: <path d="M2.5 7.5 8 3l5.5 4.5V13a.5.5 0 0 1-.5.5H9.5V10h-3v3.5H3a.5.5 0 0 1-.5-.5Z" />,
  review: <path d="M2.5 4h11M2.5 8h11M2.5 12h6M10.5 12l1.3 1.3 2.4-2.6" />,
  connections: (
    <path d="M6.5 9.5 4.7 11.3a2 2 0 0 1-2.9-2.9L4.4 5.8a2 2 0 0 1 2.9 0M9.5 6.5l1.8-1.8a2 2 0 0 1 2.9 2.9l-2.6 2.6a2 2 0 0 1-2.9 0" />
  ),
  mapping: <path d="M2.5 4h4M9.5 4h4M2.5 12h4M9.5 12h4M6.5 4c2 0 1 8 3 8M6.5 12c2 0 1-8 3-8" />,
  rules: <path d="M3 3.5h10M3 3.5l3.5 4.5v4.5l3-1.5V8L13 3.5" />,
  activity: <path d="M2 8.5h3l2-5 3 9 1.8-4H14" />,
  reconcile: <path d="M8 2.5v11M4.5 13.5h7M3 4.5h10M3 4.5 1.5 9h3L3 4.5ZM13 4.5 11.5 9h3L13 4.5Z" />,
  audit: <path d="M4 2.5h6l2.5 2.5v8.5h-8.5ZM6 7h4.5M6 9.5h4.5M6 12h2.5" />,
  settings: (
    <>
      <circle cx="8" cy="8" r="2" />
      <path d="M8 1.8v2M8 12.2v2M1.8 8h2M12.2 8h2M3.6 3.6 5 5M11 11l1.4 1.4M3.6 12.4 5 11M11 5l1.4-1.4" />
    </>
  ),
  search: (
    <>
      <circle cx="7" cy="7" r="4" />
      <path d="m10 10 3.5 3.5" />
    </>
  ),
  filter: <path d="M2.5 4h11M4.5 8h7M6.5 12h3" />,
  close: <path d="m4 4 8 8M12 4l-8 8" />,
  check: <path d="m3 8.5 3.2 3.2L13 5" />,
  warning: <path d="M8 2.5 14 13H2ZM8 6.5v3M8 11.2v.3" />,
  down: <path d="m4 6.5 4 4 4-4" />,
  right: <path d="m6.5 4 4 4-4 4" />,
  grip: <path d="M6 4h.01M10 4h.01M6 8h.01M10 8h.01M6 12h.01M10 12h.01" />,
  more: <path d="M3.5 8h.01M8 8h.01M12.5 8h.01" />,
  sync: <path d="M13 6A5.3 5.3 0 0 0 3.2 5.2M3 2.5v3h3M3 10a5.3 5.3 0 0 0 9.8.8M13 13.5v-3h-3" />,
  export: <path d="M8 10V2.5M5 5l3-3 3 3M3 9.5v4h10v-4" />,
  panel: <path d="M2.5 3h11v10h-11ZM9.5 3v10" />,
  split: <path d="M8 13.5V9M8 9 4 5M8 9l4-4M4 8V5h3M12 8V5H9" />,
  rule: <path d="M3 3.5h10l-4 5v3.5l-2 1V8.5Z" />,
  link: <path d="M6 3.5H3.5v9h9V10M9 3h4v4M13 3 7.5 8.5" />,
} as const satisfies Readonly<Record<string, ReactNode>>;

export type IconName = keyof typeof ICONS;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg
      className="icon"
      viewBox="0 0 16 16"
      width="16"
      height="16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.3"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {ICONS[name]}
    </svg>
  );
}
