import { type LedgerDirectory, loadDirectory } from '../../coding/ledger-directory.ts';
import type { LedgerJournal } from '../../core/entry.ts';
import { DaybookError, type SerialError } from '../../core/errors.ts';
import type { Money } from '../../core/money.ts';
import type { Daybook } from '../../daybook.ts';
import { previewPosting } from '../../posting/approved.ts';
import { bankChainOf } from '../../posting/bank-chain.ts';
import { followPostings } from '../../posting/follow.ts';
import { postApproved } from '../../posting/post.ts';
import { counted } from '../../schedule/counted.ts';
import { performRun } from '../../schedule/perform.ts';
import { loadProposals, proposalIdsInState } from '../../store/proposals.ts';
import { totalsOfAmounts } from '../../store/totals.ts';
import type { postingCalls } from '../calls/posting.ts';
import { journalRows, moneyOf, totalsDocument } from '../documents.ts';
import { exceptionDocuments } from '../exceptions.ts';
import type { HandlersOf, Work } from '../handler.ts';
import { moneyDocument } from '../money-document.ts';
import { recordRun } from '../runs.ts';

export const postingHandlers: HandlersOf<typeof postingCalls> = {
  'sync.run': async ({ feedIds, connectionIds }, work) => {
    const { daybook, actor, occasion, stop, progress } = work;
    const { runId, needsPerson, found } = await performRun(daybook, {
      ...{ actor, occasion, stop, progress },
      feedIds: await chosen(daybook, feedIds, connectionIds),
      changed: () => work.changed(['feeds', 'queue', 'runs']),
    });
    const banks = new Map((await daybook.feeds.listFeeds()).map((feed) => [feed.id, feed.institutionName]));
    return {
      ...{ runId, proposals: found.proposals, needsPerson, ledgerTrouble: [...found.ledgerTrouble] },
      feeds: found.feeds.map((result) => ({
        ...{ feedId: result.feedId, bank: banks.get(result.feedId) ?? null, outcome: result.outcome },
        newLines: 'newLines' in result ? result.newLines : 0,
        changedLines: 'newLines' in result ? result.changedLines : 0,
        removedLines: 'newLines' in result ? result.removedLines : 0,
        rejectedRows: 'newLines' in result ? result.rejectedRows : 0,
        error: result.error,
      })),
      exceptions: await exceptionDocuments(daybook, { settled: false }),
      gaps: await openGaps(work),
    };
  },
  'post.preview': async ({ legalEntity, rowsPerJournal }, { daybook }) => {
    const { journals, unfinished } = await previewPosting(daybook.posting, legalEntity);
    const connections = new Map((await daybook.feeds.listConnections()).map((one) => [one.id, one]));
    const documents = [];
    const balances = bankBalances(daybook);
    for (const { journal, ledgerConnectionId } of journals) {
      const directory = await loadDirectory(daybook.store.read, ledgerConnectionId, journal.legalEntity);
      const rows = journal.entries.flatMap((entry) => journalRows(entry, directory));
      const connection = connections.get(ledgerConnectionId);
      documents.push({
        ...{ ledgerConnectionId, legalEntity: journal.legalEntity, journalName: journal.journalName },
        ledgerConnection: connection?.name ?? '',
        environment: connection?.environment ?? '',
        reference: journal.reference,
        description: journal.description,
        balances: await balances(ledgerConnectionId, journal, directory),
        entries: journal.entries.length,
        totals: totalsDocument(totalsOfAmounts(journal.entries.map((entry) => entry.amount))),
        rows: rows.slice(0, rowsPerJournal),
        moreRows: Math.max(0, rows.length - rowsPerJournal),
      });
    }
    return { journals: documents, unfinished };
  },
  'post.run': async ({ legalEntity, ids }, work) => post(work, legalEntity, ids),
  'post.follow': async (_, { daybook, stop, progress }) => {
    progress(0, null, 'Asking the ledger what became of the entries');
    return followPostings(daybook.posting, stop);
  },
};

/**
 * Where the bank's balance stands before and after each journal, asked for in the order in which they are posted. Only
 * for journals that carry it, and where the bank has given a balance.
 */
function bankBalances(daybook: Daybook) {
  const closings = new Map<string, Money>();
  return async (ledgerConnectionId: string, journal: LedgerJournal, directory: LedgerDirectory | null) => {
    if (!directory?.journalNames.find(({ name }) => name === journal.journalName)?.keepsBalances) return null;
    const { legalEntity, entries } = journal;
    const bank = entries[0]?.account ?? '';
    const key = JSON.stringify([ledgerConnectionId, legalEntity, bank]);
    const chain = await bankChainOf(daybook.store.read, { ledgerConnectionId, legalEntity }, journal);
    const opening = closings.get(key) ?? chain.expected;
    if (opening === null) return null;
    const own = entries.filter(({ amount }) => amount.currency === opening.currency);
    const closing = { ...opening, minor: own.reduce((sum, { amount }) => sum + amount.minor, opening.minor) };
    closings.set(key, closing);
    return { opening: moneyDocument(opening), closing: moneyDocument(closing) };
  };
}

/** Ids of the feeds to fetch; null: all. @throws DaybookError `not_found` for a connection without a bank */
async function chosen(
  daybook: Daybook,
  feedIds: readonly string[] | undefined,
  connectionIds: readonly string[] | undefined,
): Promise<readonly string[] | null> {
  if (connectionIds === undefined) return feedIds ?? null;
  const feeds = (await daybook.feeds.listFeeds()).filter(
    ({ state, connectionId }) => state !== 'removed' && connectionIds.includes(connectionId),
  );
  const missing = connectionIds.find((id) => !feeds.some(({ connectionId }) => connectionId === id));
  if (missing !== undefined)
    throw new DaybookError('not_found', `The connection ${missing} has no bank that could be fetched.`);
  return [...new Set([...(feedIds ?? []), ...feeds.map(({ id }) => id)])];
}

async function openGaps({ daybook }: Work) {
  const accounts = new Map((await daybook.feeds.listAccounts()).map((account) => [account.id, account]));
  return (await daybook.feeds.gaps()).map((gap) => {
    const account = accounts.get(gap.feedAccountId);
    return {
      feedAccountId: gap.feedAccountId,
      account: [account?.name, account?.mask].filter((part) => part != null).join(' ··'),
      size: moneyOf(gap.sizeMinor, gap.currency),
      firstDate: gap.firstDate,
    };
  });
}

async function post(work: Work, legalEntity: string | undefined, ids: readonly string[] | undefined) {
  const { daybook, actor, stop } = work;
  const { store } = daybook;
  const waiting = await proposalIdsInState(store.read, ['approved', 'posting', 'unknown']);
  const total = ids?.length ?? waiting.length;
  let entries = 0;
  work.progress(0, total, 'Checking entries with the ledger');
  const result = await postApproved(daybook.posting, {
    actor,
    stop,
    byPerson: true,
    ...(legalEntity === undefined ? {} : { legalEntity }),
    ...(ids === undefined ? {} : { only: new Set(ids) }),
    onProgress: (progress) => {
      entries += progress.entries;
      work.progress(
        Math.min(entries, total),
        total,
        `Journal ${progress.journal} in ${progress.legalEntity}: ${progress.state}`,
      );
      work.changed(['journals', 'queue']);
    },
  });
  const after = await loadProposals(store.read, ids ?? waiting);
  const notPosted = after
    .filter((entry) => ['refused', 'different', 'unknown'].includes(entry.state))
    .map(({ id, state, text, date, amount, error }) => ({
      id,
      state,
      text,
      date,
      amount: moneyDocument(amount),
      error,
    }));
  const needsPerson = result.refused + result.different + result.unknown > 0 || result.failures.length > 0;
  if (result.journals > 0 || needsPerson)
    await recordRun(daybook, { kind: 'post', actor, story: postStory(result), needsPerson });
  return { ...result, failures: [...result.failures], notPosted };
}

function postStory(result: {
  readonly journals: number;
  readonly posted: number;
  readonly refused: number;
  readonly different: number;
  readonly unknown: number;
  readonly failures: ReadonlyArray<{ readonly legalEntity: string; readonly error: SerialError }>;
}): string[] {
  return [
    `Posted ${counted(result.posted, 'entry', 'entries')} in ${counted(result.journals, 'journal')}.`,
    ...(result.refused === 0 ? [] : [`The ledger refused ${counted(result.refused, 'entry', 'entries')}.`]),
    ...(result.different === 0 ? [] : [`${counted(result.different, 'entry', 'entries')} differ from the ledger.`]),
    ...(result.unknown === 0
      ? []
      : [`The outcome of ${counted(result.unknown, 'entry', 'entries')} is not known yet; the next run looks it up.`]),
    ...result.failures.map(({ legalEntity, error }) => `${legalEntity}: ${error.sentence}`),
  ];
}
