import { eventsAbout, searchTrail } from '../../audit/search.ts';
import { OPEN_STATES } from '../../coding/amend.ts';
import { blockersOf } from '../../coding/check.ts';
import { loadDirectory } from '../../coding/ledger-directory.ts';
import { propose } from '../../coding/propose.ts';
import { recodeOpen } from '../../coding/recode-open.ts';
import { acceptLedgerVersion, declareMissing } from '../../posting/follow.ts';
import { previewTakeBack, takeBackEntry } from '../../posting/take-back.ts';
import { approveAllReady, approveIds, unapprove } from '../../review/approve.ts';
import { books, type ChangeResult, type Target } from '../../review/change.ts';
import { type Edit, editEntries, type SplitPart, splitEntry } from '../../review/edit.ts';
import { excludeIds, includeAgain } from '../../review/exclude.ts';
import { countFitting, countStates, queueOrder } from '../../review/queue-window.ts';
import { reverse } from '../../review/reverse.ts';
import { takeAlternative } from '../../review/take-alternative.ts';
import { takeApart } from '../../review/take-apart.ts';
import { redo, undo } from '../../review/undo.ts';
import { stepToRedo, stepToUndo } from '../../review/undo-step.ts';
import { ledgerEntryOf, loadProposal, loadProposals } from '../../store/proposals.ts';
import type { reviewCalls } from '../calls/review.ts';
import { journalRows, totalsDocument } from '../documents.ts';
import { lineDocuments, queueItems, relatedTo } from '../entries.ts';
import type { HandlersOf, Work } from '../handler.ts';
import { moneyDocument } from '../money-document.ts';
import { ALL_STATES, TAB_STATES, windowFilter } from '../queue-filter.ts';
import { recordRun } from '../runs.ts';
import { eventSentence } from '../sentences.ts';

export const reviewHandlers: HandlersOf<typeof reviewCalls> = {
  'queue.list': async ({ filter, sort, offset, limit }, { daybook }) => {
    const { ids, totals } = await queueOrder(daybook.store, windowFilter(filter), sort);
    const items = await queueItems(daybook, ids.slice(offset, offset + limit));
    return { offset, total: ids.length, items, totals: totalsDocument(totals) };
  },
  'queue.ids': async ({ filter, sort }, { daybook }) => ({
    ids: [...(await queueOrder(daybook.store, windowFilter(filter), sort)).ids],
  }),
  'queue.counts': async ({ filter, saved }, { daybook }) => {
    const { tab: _, states: __, ...rest } = filter;
    const { read } = daybook.store;
    const states = await countStates(read, { ...windowFilter(rest), states: ALL_STATES });
    const tab = (name: keyof typeof TAB_STATES) =>
      TAB_STATES[name].reduce((sum, state) => sum + (states[state] ?? 0), 0);
    const counts: number[] = [];
    for (const one of saved) counts.push(await countFitting(read, windowFilter(one)));
    return {
      tabs: {
        review: tab('review'),
        ready: tab('ready'),
        posted: tab('posted'),
        excluded: tab('excluded'),
        exceptions: tab('exceptions'),
      },
      states,
      rowExceptions: (await daybook.feeds.exceptions()).length,
      saved: counts,
    };
  },
  'queue.get': async ({ id }, work) => readEntry(work, id),
  'queue.recode': async (_, { daybook, stop, progress }) => {
    progress(0, null, 'Coding open entries anew');
    const changed = await recodeOpen(daybook.coding, { stop });
    const { made } = await propose(daybook.coding, {
      stop,
      onProgress: ({ done, total }) => progress(done, total, 'Proposing entries'),
    });
    return { changed, made };
  },
  'proposals.approve': async ({ ids, revisions }, work) => {
    const { able, skipped } = await approvable(work, ids);
    if (able.length === 0) return { changed: [], undo: null, skipped };
    const done = await approveIds(work.daybook.coding, target(work, able, revisions));
    return { ...(await acted(work, done)), skipped };
  },
  'proposals.approvalPreview': async ({ filter }, { daybook }) => {
    const fits = windowFilter(filter);
    const ready = await queueOrder(daybook.store, { ...fits, states: ['ready'] });
    return {
      ready: totalsDocument(ready.totals),
      needsPerson: await countFitting(daybook.store.read, { ...fits, states: ['needs_person'] }),
    };
  },
  'proposals.approveReady': async ({ filter }, work) => {
    const { tab: _, states: __, ...rest } = filter;
    return acted(work, await approveAllReady(work.daybook.coding, work.actor, windowFilter(rest)));
  },
  'proposals.unapprove': async ({ ids, revisions }, work) =>
    acted(work, await unapprove(work.daybook.coding, target(work, ids, revisions))),
  'proposals.edit': async ({ ids, revisions, change }, work) =>
    acted(work, await editEntries(work.daybook.coding, target(work, ids, revisions), editOf(change))),
  'proposals.split': async ({ id, revision, parts }, work) => {
    const about = { actor: work.actor, id, ...(revision === undefined ? {} : { revision }) };
    return acted(work, await splitEntry(work.daybook.coding, about, parts.map(partOf)));
  },
  'proposals.takeAlternative': async ({ ids, revisions }, work) =>
    acted(work, await takeAlternative(work.daybook.coding, target(work, ids, revisions))),
  'proposals.takeApart': async ({ id }, { daybook, actor }) => ({
    ids: [...(await takeApart(daybook.coding, id, actor)).ids],
  }),
  'proposals.exclude': async ({ ids, revisions, reason }, work) =>
    acted(work, await excludeIds(work.daybook.coding, target(work, ids, revisions), reason)),
  'proposals.include': async ({ ids, revisions }, work) =>
    acted(work, await includeAgain(work.daybook.coding, target(work, ids, revisions))),
  'proposals.undo': async (_, { daybook, actor }) => moved(await undo(daybook.coding, actor)),
  'proposals.redo': async (_, { daybook, actor }) => moved(await redo(daybook.coding, actor)),
  'proposals.steps': async (_, { daybook, actor }) => ({
    undo: (await stepToUndo(daybook.store.read, actor))?.sentence ?? null,
    redo: (await stepToRedo(daybook.store.read, actor))?.sentence ?? null,
  }),
  'proposals.reverse': async ({ id, date }, { daybook, actor }) => ({
    ids: [...(await reverse(daybook.coding, id, actor, date)).ids],
  }),
  'proposals.takeBackPreview': async ({ id }, { daybook, stop }) => previewTakeBack(daybook.posting, id, stop),
  'proposals.takeBack': async ({ id }, work) => takeBack(work, id),
  'proposals.declareMissing': async ({ id }, { daybook, actor, stop }) => {
    await declareMissing(daybook.posting, id, actor, stop);
    return { id };
  },
  'proposals.acceptLedger': async ({ id }, { daybook, actor }) => {
    await acceptLedgerVersion(daybook.posting, id, actor);
    return { id };
  },
};

async function takeBack({ daybook, actor, stop, progress }: Work, id: string) {
  progress(0, null, 'Taking the entry back in the ledger');
  const { outcome, again } = await takeBackEntry(daybook.posting, id, { actor, stop });
  // What the bank changed since it was posted now changes the entry itself.
  if (outcome === 'taken_back') await propose(daybook.coding, { stop });
  const postedAgain = again?.posted ?? 0;
  const failures = [...(again?.failures ?? [])];
  const story = [
    outcome === 'taken_back'
      ? `Took an entry back from the ledger and posted the ${postedAgain} others of its journal again.`
      : 'The ledger did not say whether an entry was taken back; the next run of Post looks it up.',
    ...failures.map(({ legalEntity, error }) => `${legalEntity}: ${error.sentence}`),
  ];
  const needsPerson = outcome === 'unfinished' || failures.length > 0;
  await recordRun(daybook, { kind: 'post', actor, story, needsPerson });
  return { id, outcome, postedAgain, failures };
}

function target(work: Work, ids: readonly string[], revisions: Record<string, number> | undefined): Target {
  return { actor: work.actor, ids, ...(revisions === undefined ? {} : { revisions }) };
}

async function acted({ daybook, actor }: Work, { changed }: ChangeResult) {
  const step = changed.length === 0 ? null : await stepToUndo(daybook.store.read, actor);
  return { changed: [...changed], undo: step?.sentence ?? null };
}

function moved({ sentence, changed }: { readonly sentence: string; readonly changed: readonly string[] }) {
  return { sentence, ids: [...changed] };
}

/** Fields that were not sent must not be there at all: "absent" means "stays as it is". */
function editOf(change: Readonly<Record<string, unknown>>): Edit {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

type ContractPart = {
  readonly amount?: string | undefined;
  readonly percent?: string | undefined;
  readonly account: string;
  readonly accountType: NonNullable<SplitPart['accountType']>;
  readonly dimensions: Record<string, string>;
  readonly text?: string | undefined;
};

function partOf({ amount, percent, text, ...rest }: ContractPart): SplitPart {
  return {
    ...{ account: rest.account, accountType: rest.accountType, dimensions: rest.dimensions },
    ...(text === undefined ? {} : { text }),
    share:
      amount !== undefined
        ? { kind: 'amount', amount }
        : percent !== undefined
          ? { kind: 'percent', percent }
          : { kind: 'rest' },
  };
}

/** Which of these can be approved now, and why the others cannot. An unknown id is left to the approval to refuse. */
async function approvable({ daybook }: Work, ids: readonly string[]) {
  const bookOf = books(daybook.store.read);
  const blocked = new Map<string, string>();
  for (const proposal of await loadProposals(daybook.store.read, ids)) {
    if (!OPEN_STATES.has(proposal.state)) blocked.set(proposal.id, `This entry is ${proposal.state}, not waiting.`);
    else if (proposal.state === 'excluded') blocked.set(proposal.id, 'This entry is excluded. Include it again first.');
    else {
      const [first] = blockersOf(proposal, await bookOf(proposal));
      if (first !== undefined) blocked.set(proposal.id, first);
    }
  }
  return {
    able: ids.filter((id) => !blocked.has(id)),
    skipped: [...blocked].map(([id, sentence]) => ({ id, sentence })),
  };
}

async function readEntry({ daybook }: Work, id: string) {
  const { read } = daybook.store;
  const proposal = await loadProposal(read, id);
  const [item] = await queueItems(daybook, [id]);
  if (!item) throw new Error('an entry that was just there is gone');
  const directory = await loadDirectory(read, proposal.ledgerConnectionId, proposal.legalEntity);
  const complete = proposal.offsets.length > 0 && proposal.offsets.every((offset) => offset.account !== null);
  const own = await eventsAbout(read, [`proposal:${id}`]);
  const postings = await read.selectFrom('posting').select('id').where('proposal_id', '=', id).execute();
  const posted = await eventsAbout(
    read,
    postings.map((posting) => `posting:${posting.id}`),
  );
  const { events: bulk } = await searchTrail(read, { subject: 'proposals', search: id }, { offset: 0, limit: 100 });
  const history = [...own, ...posted, ...bulk].sort((a, b) => Number(a.seq - b.seq));
  return {
    item,
    lines: await lineDocuments(read, proposal.lineIds),
    journal: complete
      ? {
          legalEntity: proposal.legalEntity,
          journalName: proposal.journalName,
          rows: journalRows(ledgerEntryOf(proposal), directory),
          period: directory?.periods.find((one) => one.from <= proposal.date && proposal.date <= one.to)?.name ?? null,
        }
      : null,
    reasons: [
      { by: proposal.codedBy, sentence: proposal.reason, inForce: true },
      ...(proposal.alternative === null
        ? []
        : [{ by: proposal.alternative.codedBy, sentence: proposal.alternative.reason, inForce: false }]),
    ],
    related: (await relatedTo(read, proposal)).map((other) => ({
      ...{ id: other.id, kind: other.kind, state: other.state, date: other.date, text: other.text },
      amount: moneyDocument(other.amount),
    })),
    history: history.map((event) => ({
      ...{ seq: Number(event.seq), at: event.at, actor: event.actor, action: event.action },
      sentence: eventSentence(event),
    })),
  };
}
