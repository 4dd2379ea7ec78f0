import type { PlantedBug } from './bugs.ts';

export const STORE_BUGS: readonly PlantedBug[] = [
  {
    name: 'lease-ignored',
    about: 'Two runs post to one ledger at the same time.',
    edits: [
      {
        file: 'main/store/leases.ts',
        find: '  if (held && !isFree(held, options)) return false;',
        replace: "  if (held && !isFree(held, options) && !name.startsWith('posting:')) return false;",
      },
    ],
  },
  {
    name: 'secret-in-log',
    about: 'A failed attempt is logged with the key that it used.',
    edits: [
      {
        file: 'main/core/redact.ts',
        find: "export { redactText } from './redact-text.ts';",
        replace: 'export const redactText = (text: string) => text;',
      },
    ],
  },
];
