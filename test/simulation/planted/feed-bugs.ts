import type { PlantedBug } from './bugs.ts';

const INGEST = 'main/feeds/ingest.ts';

export const FEED_BUGS: readonly PlantedBug[] = [
  {
    name: 'cursor-saved-per-page',
    about:
      'The cursor is saved with each page, the lines at the end: a loop that breaks off goes on behind pages that it dropped.',
    edits: [
      {
        file: 'main/feeds/sync.ts',
        find: '      connector,\n      access,\n      cursor: opened.feed.cursor,',
        replace:
          '      connector: {\n        ...connector,\n        pullLines: async (...asked: Parameters<typeof connector.pullLines>) => {\n          const page = await connector.pullLines(...asked);\n          await parts.store.write((trx) =>\n            trx.updateTable("feed").set({ cursor: page.nextCursor }).where("id", "=", feedId).execute(),\n          );\n          return page;\n        },\n      },\n      access,\n      cursor: opened.feed.cursor,',
      },
      {
        file: 'main/feeds/sync.ts',
        find: 'if (stored.cursor !== startCursor)',
        replace: 'if (stored.cursor !== startCursor && store === undefined)',
      },
    ],
  },
  {
    name: 'removed-ignored',
    about: 'A line that the bank takes back stays in the queue.',
    edits: [
      {
        file: INGEST,
        find: "work.lines.findTwin(account, providerLineId);\n    if (!stored || stored.state === 'removed') continue;",
        replace:
          "work.lines.findTwin(account, providerLineId);\n    if (!stored || stored.state !== 'pending') continue;",
      },
    ],
  },
  {
    name: 'removed-deletes',
    about: 'A line that the bank takes back is deleted with all that hangs on it.',
    edits: [
      {
        file: 'main/store/statement-lines.ts',
        find: "`UPDATE statement_line SET state = 'removed', revision = revision + 1, last_pull_id = ? WHERE id = ?`,",
        replace: '`DELETE FROM statement_line WHERE ? IS NOT NULL AND id = ?`,',
      },
    ],
  },
  {
    name: 'float-amount',
    about: 'Amounts go through floating point on their way to minor units.',
    edits: [
      {
        file: 'main/connectors/plaid/amounts.ts',
        find: '  if (!parsed.ok) return parsed;\n  const { minor } = parsed.money;',
        replace:
          '  if (!parsed.ok) return parsed;\n  if (exponentOf(isoCurrency) === 2) return { ok: true, money: { minor: BigInt(Math.trunc(value * 100)), currency: isoCurrency } };\n  const { minor } = parsed.money;',
      },
    ],
  },
  {
    name: 'pending-counts-as-booked',
    about: 'A pending line is booked, and its booked successor again.',
    edits: [
      {
        file: 'main/connectors/plaid/map.ts',
        find: "state: value.pending ? 'pending' : 'booked',",
        replace: "state: 'booked',",
      },
      {
        file: INGEST,
        find: "work.lines.findTwin(account, providerLineId);\n    if (!stored || stored.state === 'removed') continue;",
        replace:
          "work.lines.findTwin(account, providerLineId);\n    if (!stored || stored.state === 'removed' || stored.revision === 1n) continue;",
      },
    ],
  },
  {
    name: 'amendment-after-posting-ignored',
    about: 'The bank corrects an amount that is posted already, and nobody is told.',
    edits: [
      {
        file: 'main/coding/amend.ts',
        find: "else if (proposal.state === 'posted' && !(await amendPosted(trx, run, proposal, lines, line, changes))) return;",
        replace:
          "else if (proposal.state === 'reversed' && !(await amendPosted(trx, run, proposal, lines, line, changes))) return;",
      },
    ],
  },
  {
    name: 'unreadable-row-dropped',
    about: 'A row that cannot be read is passed over in silence.',
    edits: [
      {
        file: 'main/feeds/loop-pages.ts',
        find: 'for (const row of page.rejected) rejected.set(row.providerLineId, row);',
        replace: '',
      },
    ],
  },
  {
    name: 'vanished-lines-stay',
    about: 'After a full read in place of a cursor that went bad, lines that the bank no longer has stay.',
    edits: [
      {
        file: 'main/feeds/sync.ts',
        find: "const reconcile = loop.recovered && loop.history === 'complete' ? ids : [];",
        replace: 'const reconcile: string[] = loop.recovered ? ids.slice(ids.length) : [];',
      },
    ],
  },
  {
    name: 'stem-from-our-ids',
    about: 'The reference of an entry is made from our own ids, which another computer gives otherwise.',
    edits: [
      {
        file: 'main/coding/draft.ts',
        find: 'return stemOf({ workspaceId, kind, members, generation });',
        replace:
          'return stemOf({ workspaceId, kind, members: members.map((_, at) => String(lines[at]?.id)), generation });',
      },
    ],
  },
];
