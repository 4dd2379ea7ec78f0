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
    name: 'secret-in-error',
    about: 'The error of a failed pull names the access token that it used.',
    edits: [
      {
        file: 'main/feeds/sync.ts',
        find: 'await endRun(parts, feedId, pullId, { ...report, outcome, error });',
        replace:
          'await endRun(parts, feedId, pullId, { ...report, outcome, error: new DaybookError(error.code, [error.message, opened.access.accessToken].join()) });',
      },
    ],
  },
];
