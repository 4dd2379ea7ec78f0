import type { PlantedBug } from './bugs.ts';

const PROTOCOL = 'main/posting/protocol.ts';
const LOOK_UP_FIRST = `      await confirmWhatIsThere(run, journal, row.id);
      await setEmptiedAside(run, journal, row.id);
      await setAcceptedAside(run, row.id);`;
/** The connectors look a second time: D365 into the journal that was opened before, Exact at the end of the chain. */
const NO_SECOND_LOOK = [
  {
    file: 'main/connectors/d365/push.ts',
    find: 'const missing = journal.entries.filter((entry) => !stems.has(stemIn(entry.reference)));',
    replace: 'const missing = journal.entries.slice(0, journal.entries.length + 0 * stems.size);',
  },
  { file: 'main/connectors/exact/push.ts', find: '    refuseDoubles(chain, journal);\n', replace: '' },
];

export const POSTING_BUGS: readonly PlantedBug[] = [
  {
    name: 'no-look-up-before-retry',
    about: 'A retry sends again without looking whether the first attempt arrived.',
    edits: [{ file: PROTOCOL, find: LOOK_UP_FIRST, replace: '' }, ...NO_SECOND_LOOK],
  },
  {
    name: 'no-look-up-at-first-attempt',
    about:
      'A restored backup or a copy posts what stands in the ledger already: nobody looked, it is the first attempt.',
    edits: [
      {
        file: PROTOCOL,
        find: LOOK_UP_FIRST,
        replace: LOOK_UP_FIRST.replace('await confirm', 'if (journalRow.attempts > 0n) await confirm'),
      },
      ...NO_SECOND_LOOK,
    ],
  },
  {
    name: 'intent-not-synced',
    about: 'The intent is in the file but not on the platter when the request leaves.',
    edits: [
      {
        file: 'main/posting/held.ts',
        find: 'return context.store.writeDurably(whileHeld(lease, work));',
        replace: 'return context.store.write(whileHeld(lease, work));',
      },
    ],
  },
  {
    name: 'compare-skipped',
    about: 'What is found under our reference counts as posted, whatever it is.',
    edits: [
      {
        file: 'main/posting/compare.ts',
        find: 'const list = first ? differences(approved, first) : [];',
        replace: 'const list: Difference[] = first && approved.text === null ? differences(approved, first) : [];',
      },
    ],
  },
  {
    name: 'approval-not-compared',
    about: 'What was edited between approval and intent goes as it was planned.',
    edits: [
      {
        file: 'main/posting/intent.ts',
        find: "    proposal.state === 'approved' &&\n    proposal.approvedHash === entryHash(entry) &&\n    proposal.ledger",
        replace: '    proposal.ledger',
      },
      {
        file: 'main/posting/intent.ts',
        find: ' &&\n    referenceOf(proposal.stem, proposal.revision) === entry.reference',
        replace: ' && referenceOf(proposal.stem, 0) !== proposal.id',
      },
    ],
  },
  {
    name: 'unapproved-posted',
    about: 'Entries that are ready go with those that are approved.',
    edits: [
      {
        file: 'main/posting/approved.ts',
        find: ".where('proposal.state', '=', 'approved')",
        replace: ".where('proposal.state', 'in', ['approved', 'ready'])",
      },
      {
        file: 'main/posting/intent.ts',
        find: 'const isSound = (item: Postable) => item.approvedHash === entryHash(item.entry);',
        replace: 'const isSound = (item: Postable) => item.entry !== undefined;',
      },
      {
        file: 'main/posting/intent.ts',
        find: "    proposal.state === 'approved' &&\n    proposal.approvedHash === entryHash(entry) &&\n    proposal.ledger",
        replace: '    proposal.ledger',
      },
    ],
  },
  {
    name: 'lost-answer-is-refusal',
    about: 'An answer that did not arrive is taken for a no.',
    edits: [
      {
        file: 'main/posting/refusal-codes.ts',
        find: "  'period_closed',\n",
        replace: "  'period_closed',\n  'outcome_unknown',\n  'network_lost',\n  'timeout',\n",
      },
    ],
  },
  {
    name: 'unknown-is-posted',
    about: 'What was sent without an error counts as posted, without reading it back; and so does what is unknown.',
    edits: [
      {
        file: 'main/posting/attempts.ts',
        find: 'await recordUnknown(run.context, trx, posting, isAccepted(posting) ? acceptedError() : error);',
        replace:
          "await recordUnknown(run.context, trx, posting, isAccepted(posting) ? acceptedError() : error).then(() => markPostings(trx, [posting.id], { state: 'posted', error: error.toJSON() }));",
      },
    ],
  },
  {
    name: 'intent-not-in-trail',
    about: 'The trail is not told of what goes to the ledger.',
    edits: [
      {
        file: 'main/posting/intent.ts',
        find: '  await record(trx, context.clock, {\n    actor: by.actor,',
        replace: '  if (journalId === by.actor) await record(trx, context.clock, {\n    actor: by.actor,',
      },
    ],
  },
  {
    name: 'retries-without-end',
    about: 'A failure is tried again at once, and again.',
    edits: [
      { file: PROTOCOL, find: 'const MOST_ATTEMPTS_IN_A_RUN = 5;', replace: 'const MOST_ATTEMPTS_IN_A_RUN = 10_000;' },
      {
        file: 'main/posting/attempts.ts',
        find: 'if (!error.retryable) throw error;',
        replace: '',
      },
    ],
  },
  {
    name: 'deleted-line-stays-posted',
    about: 'Somebody deletes an entry in the ledger, and Daybook goes on calling it posted.',
    edits: [
      {
        file: 'main/posting/follow.ts',
        find: "    if (posting.ledger_state === 'posted') return;\n",
        replace: "    if (posting.ledger_state === 'posted' || posting.state === 'posted') return;\n",
      },
    ],
  },
  {
    name: 'reversal-keeps-generation',
    about: 'Lines of a reversed entry are booked anew under the old reference.',
    edits: [
      {
        file: 'main/store/line-places.ts',
        find: 'generations.set(Number(row.line_id), Number(row.generation) + 1);',
        replace: 'generations.set(Number(row.line_id), Number(row.generation));',
      },
    ],
  },
];
