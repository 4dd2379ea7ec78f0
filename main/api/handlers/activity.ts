import { eventsAbout, searchTrail } from '../../audit/search.ts';
import { loadDirectory } from '../../coding/ledger-directory.ts';
import { DaybookError } from '../../core/errors.ts';
import type { Daybook } from '../../daybook.ts';
import { entryFromJson, journalFromJson } from '../../posting/journal-json.ts';
import { postApproved } from '../../posting/post.ts';
import { approveIds } from '../../review/approve.ts';
import { queueOrder } from '../../review/queue-window.ts';
import { type JournalWithPostings, listJournals } from '../../store/journal-list.ts';
import { searchLines } from '../../store/line-search.ts';
import { firstLineOf, readLineStory } from '../../store/line-story.ts';
import { loadProposal, loadProposals } from '../../store/proposals.ts';
import { listPulls } from '../../store/pull-list.ts';
import { totalsOfAmounts } from '../../store/totals.ts';
import type { activityCalls } from '../calls/posting.ts';
import { errorDocument, journalRows, moneyOf, totalsDocument } from '../documents.ts';
import { exceptionDocuments } from '../exceptions.ts';
import type { HandlersOf, Work } from '../handler.ts';
import { numberInLedger, type StateInLedger, statesInLedger } from '../in-ledger.ts';
import { moneyDocument } from '../money-document.ts';
import { TAB_STATES } from '../queue-filter.ts';
import { listRuns } from '../runs.ts';
import { eventSentence } from '../sentences.ts';

export const activityHandlers: HandlersOf<typeof activityCalls> = {
  'activity.runs': (window, { daybook }) => listRuns(daybook, {}, window),
  'activity.pulls': async ({ feedId, ...window }, { daybook }) => {
    const { total, pulls } = await listPulls(daybook.store.read, feedId, window);
    return {
      total,
      pulls: pulls.map((pull) => ({
        ...{ id: pull.id, feedId: pull.feed_id, bank: pull.institution_name, outcome: pull.outcome },
        ...{ startedAt: pull.started_at, finishedAt: pull.finished_at },
        ...{ pages: Number(pull.pages), restarts: Number(pull.restarts) },
        newLines: Number(pull.new_lines),
        changedLines: Number(pull.changed_lines),
        removedLines: Number(pull.removed_lines),
        rejectedRows: Number(pull.rejected_rows),
        error: errorDocument(pull.error_json),
      })),
    };
  },
  'activity.journals': async ({ states, legalEntity, search, ...window }, { daybook }) => {
    const filter = {
      ...(states === undefined ? {} : { states }),
      ...(legalEntity === undefined ? {} : { legalEntity }),
      ...(search === undefined ? {} : { search }),
    };
    const { total, journals } = await listJournals(daybook.store.read, filter, window);
    const stateOf = await statesOf(daybook, journals);
    return { total, journals: journals.map((journal) => journalDocument(journal, stateOf)) };
  },
  'activity.journal': async ({ id }, { daybook }) => {
    const { read } = daybook.store;
    const { journals } = await listJournals(read, { id }, { offset: 0, limit: 1 });
    const [journal] = journals;
    if (!journal) throw new DaybookError('not_found', `There is no journal with the id ${id}.`);
    const directory = await loadDirectory(read, journal.ledger_connection_id, journal.legal_entity);
    const stateOf = await statesOf(daybook, journals);
    return {
      journal: journalDocument(journal, stateOf),
      description: journalFromJson(journal.request_json).description,
      entries: journal.postings.map((posting) => ({
        ...{ proposalId: posting.proposal_id, reference: posting.reference, state: posting.state },
        ledgerState: stateOf(journal.ledger_connection_id, posting.ledger_state),
        ...{ journalNumber: posting.journal_number, voucher: posting.voucher },
        lineIds: posting.line_ids_json === null ? [] : JSON.parse(posting.line_ids_json),
        error: errorDocument(posting.error_json),
        rows: journalRows(entryFromJson(posting.entry_json), directory),
      })),
    };
  },
  'activity.exceptions': async ({ settled, offset, limit }, { daybook }) => {
    const rows = await exceptionDocuments(daybook, { settled });
    const { ids } = await queueOrder(daybook.store, { states: TAB_STATES.exceptions });
    const entries = await loadProposals(daybook.store.read, ids.slice(offset, offset + limit));
    return {
      rows: rows.slice(offset, offset + limit),
      totalRows: rows.length,
      totalEntries: ids.length,
      entries: entries.map(({ id, state, date, amount, text, legalEntity, error }) => ({
        ...{ id, state, date, text, legalEntity, error },
        amount: moneyDocument(amount),
      })),
    };
  },
  'activity.settleException': async ({ id, note }, { daybook, actor }) => {
    if (!/^\d{1,15}$/.test(id)) throw new DaybookError('not_found', `There is no exception ${id}.`);
    await daybook.feeds.settleException(BigInt(id), actor, note);
    return { id };
  },
  'activity.retry': async ({ id }, { daybook, actor, stop, progress }) => {
    await approveIds(daybook.coding, { actor, ids: [id] });
    const { legalEntity } = await loadProposal(daybook.store.read, id);
    progress(0, 1, `Posting to ${legalEntity}`);
    const { failures } = await postApproved(daybook.posting, {
      ...{ actor, stop, legalEntity, only: new Set([id]), byPerson: true },
    });
    const { state, error } = await loadProposal(daybook.store.read, id);
    return { id, state, error: error ?? failures[0]?.error ?? null };
  },
  'lines.search': async ({ offset, limit, ...filter }, { daybook }) => {
    const present = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
    const { lines, totals } = await searchLines(daybook.store.read, present, { offset, limit });
    const document = totalsDocument(totals);
    return {
      offset,
      total: document.count,
      totals: document,
      lines: lines.map((line) => ({ ...line, id: String(line.id), amount: moneyDocument(line.amount) })),
    };
  },
  'line.story': async (about, work) => {
    const { read } = work.daybook.store;
    if ('proposalId' in about) return story(work, await firstLineOf(read, about.proposalId));
    if (!/^\d{1,15}$/.test(about.lineId))
      throw new DaybookError('not_found', `There is no bank line with the id ${about.lineId}.`);
    return story(work, BigInt(about.lineId));
  },
};

function statesOf(daybook: Daybook, journals: readonly JournalWithPostings[]): Promise<StateInLedger> {
  return statesInLedger(
    daybook,
    journals.map((journal) => journal.ledger_connection_id),
  );
}

export function journalDocument(journal: JournalWithPostings, stateOf: StateInLedger) {
  const { entries } = journalFromJson(journal.request_json);
  const entryStates: Record<string, number> = {};
  const ledgerStates = { open: 0, booked: 0, posted: 0, unseen: 0 };
  for (const posting of journal.postings) {
    entryStates[posting.state] = (entryStates[posting.state] ?? 0) + 1;
    if (posting.state !== 'posted') continue;
    const seen = stateOf(journal.ledger_connection_id, posting.ledger_state);
    ledgerStates[seen === 'open' || seen === 'booked' || seen === 'posted' ? seen : 'unseen'] += 1;
  }
  const voucher = sharedVoucher(journal);
  return {
    ...{ id: journal.id, ledgerConnectionId: journal.ledger_connection_id, legalEntity: journal.legal_entity },
    ...{ journalName: journal.journal_name, reference: journal.reference, journalNumber: journal.journal_number },
    voucher,
    numberInLedger: numberInLedger(journal.journal_number, voucher),
    ...{ state: journal.state, entries: journal.postings.length, entryStates, ledgerStates },
    totals: totalsDocument(totalsOfAmounts(entries.map((entry) => entry.amount))),
    approvedBy: journal.approved_by,
    attempts: Number(journal.attempts),
    ...{ intendedAt: journal.intended_at, nextAttemptAt: journal.next_attempt_at, confirmedAt: journal.confirmed_at },
    error: errorDocument(journal.error_json),
  };
}

function sharedVoucher({ postings }: JournalWithPostings): string | null {
  const vouchers = new Set(postings.map((posting) => posting.voucher));
  const [voucher] = vouchers;
  return vouchers.size === 1 ? (voucher ?? null) : null;
}

async function story({ daybook }: Work, lineId: bigint) {
  const { read } = daybook.store;
  const { line, formerProviderIds, history, places, postings } = await readLineStory(read, lineId);
  const stateOf = await statesInLedger(
    daybook,
    postings.map((posting) => posting.ledger_connection_id),
  );
  const placeOf = new Map(places.map((place) => [place.proposalId, place.place]));
  const proposals = await loadProposals(read, [...placeOf.keys()]);
  const subjects = [
    ...proposals.map((proposal) => `proposal:${proposal.id}`),
    ...postings.map((posting) => `posting:${posting.id}`),
  ];
  const bulk = [];
  for (const { id } of proposals)
    bulk.push(...(await searchTrail(read, { subject: 'proposals', search: id }, { offset: 0, limit: 100 })).events);
  const events = new Map([...(await eventsAbout(read, subjects)), ...bulk].map((event) => [event.seq, event]));
  return {
    line: {
      ...{ id: String(line.id), feedAccountId: line.feed_account_id, bank: line.institution_name },
      ...{ accountName: line.account_name, mask: line.mask, providerLineId: line.provider_line_id },
      formerProviderIds: [...formerProviderIds],
      ...{ state: line.state, date: line.date, authorizedDate: line.authorized_date },
      amount: moneyOf(line.amount_minor, line.currency),
      ...{ text: line.text, bankText: line.bank_text, counterparty: line.counterparty, reference: line.reference },
      ...{ checkNumber: line.check_number, category: line.category, channel: line.channel, payload: line.payload },
      revision: Number(line.revision),
      fetchedAt: line.fetched_at,
    },
    revisions: history.map((step) => ({
      ...{ change: step.change, at: step.at, state: step.state, date: step.date, text: step.text },
      revision: Number(step.revision),
      amount: moneyOf(step.amount_minor, step.currency),
      payload: step.payload,
    })),
    proposals: proposals.map((proposal) => ({
      ...{ id: proposal.id, kind: proposal.kind, state: proposal.state, date: proposal.date, text: proposal.text },
      amount: moneyDocument(proposal.amount),
      ...{ reason: proposal.reason, codedBy: proposal.codedBy },
      ...{ approvedBy: proposal.approvedBy, approvedAt: proposal.approvedAt },
      place: placeOf.get(proposal.id) ?? false,
    })),
    postings: postings.map((posting) => ({
      ...{ id: posting.id, proposalId: posting.proposal_id, journalId: posting.journal_id },
      ...{ reference: posting.reference, state: posting.state, journalNumber: posting.journal_number },
      voucher: posting.voucher,
      ledgerState: stateOf(posting.ledger_connection_id, posting.ledger_state),
      ...{ intendedAt: posting.intended_at, confirmedAt: posting.confirmed_at },
      error: errorDocument(posting.error_json),
    })),
    events: [...events.values()]
      .sort((a, b) => Number(a.seq - b.seq))
      .map((event) => ({
        ...{ seq: Number(event.seq), at: event.at, actor: event.actor, action: event.action, subject: event.subject },
        sentence: eventSentence(event),
      })),
  };
}
