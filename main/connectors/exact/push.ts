import type { Clock } from '../../core/clock.ts';
import type { LedgerJournal } from '../../core/entry.ts';
import { asDaybookError, DaybookError, type ErrorCode } from '../../core/errors.ts';
import { add, type Money, sum } from '../../core/money.ts';
import { stemIn } from '../../core/reference.ts';
import type { BankChain, KeepsBalanceChain } from '../balance-chain.ts';
import type { PostingRules, PostsEntries, SendNotes, Stop } from '../capabilities.ts';
import type { TakesBack } from '../take-back.ts';
import { type Chain, judgeChain, stemsIn } from './chain.ts';
import { createChainReader } from './chain-reader.ts';
import type { Client } from './client.ts';
import { bankEntries, generalEntries } from './entities.ts';
import { bankEntryBody, currencyOf, generalEntryBody, type Posting } from './lines.ts';
import { createLookUp } from './look-up.ts';
import { referenceOn } from './notes.ts';
import type { Body } from './odata.ts';
import { placeOf, preflight } from './preflight.ts';
import { BANK_JOURNAL, type Tables } from './tables.ts';
import { createTakeBack } from './take-back.ts';

/** Small entries keep the blast radius of a deletion small; a day rarely has more. */
const ENTRIES_PER_JOURNAL = 200;
/** How often a send waits for the next minute's calls before it gives up. Nothing was sent then. */
const WAITS_FOR_THE_MINUTE = 3;

const POSTING_RULES: PostingRules = {
  grouping: 'account_day',
  inOrder: true,
  refusesWhole: true,
  transfers: 'each_side',
  openIsBooked: true,
};

/** After any other error the division is evidently not set up as we thought. */
const SAYS_NOTHING_OF_SETUP: ReadonlySet<ErrorCode> = new Set([
  'rate_limited',
  'outcome_unknown',
  'record_conflict',
  'journal_question',
  'busy_elsewhere',
  'cancelled',
]);

const NO_CHAIN: BankChain = { expected: null, since: null, decisions: [] };

/** Writes bank entries and general journal entries, and finds them again. Protocol: docs/posting.md; facts §3, §5. */
export function createPush(client: Client, tables: Tables, clock: Clock): PostsEntries & KeepsBalanceChain & TakesBack {
  const chains = createChainReader(client, clock);
  const found = createLookUp(client, tables, chains, clock);

  const placeFor = async (journal: LedgerJournal, stop: Stop): Promise<Posting> => {
    const lists = await tables.of(journal.legalEntity, stop);
    const place = placeOf(journal, lists);
    if (place !== undefined) return { ...place, tables: lists };
    throw new DaybookError(
      'journal_invalid',
      `Journal ${journal.journalName} or the financial period of its entries is no longer in Exact Online; check the mapping and the periods.`,
    );
  };

  const verdictOf = async (chain: Chain, journal: LedgerJournal, posting: Posting, bank: BankChain) => {
    const place = { code: posting.journal.Code, currency: currencyOf(journal), period: posting.period };
    return judgeChain(chain, place, bank, await bank.unrecorded?.(stemsIn(chain)));
  };

  const chainQuestions: KeepsBalanceChain['chainQuestions'] = async (journal, bank, stop) => {
    const posting = await placeFor(journal, stop);
    if (posting.journal.Type !== BANK_JOURNAL) return [];
    const division = journal.legalEntity;
    const lately = await verdictOf(await chains.lately(division, posting.journal.Code, stop), journal, posting, bank);
    if (lately.questions.length === 0) return [];
    // Nobody is asked by what was remembered: a person may have mended it a moment ago.
    const now = await verdictOf(await chains.read(division, posting.journal.Code, stop), journal, posting, bank);
    return [...now.questions];
  };

  /** The opening balance, settled by the state of the journal directly before the write. */
  const openingOf = async (
    journal: LedgerJournal,
    posting: Posting,
    notes: Pick<SendNotes, 'bankChain'>,
    stop: Stop,
  ): Promise<Money> => {
    const { legalEntity: division } = journal;
    const { Code: code } = posting.journal;
    const chain = await chains.justNow(division, code, stop);
    refuseDoubles(chain, journal);
    const { questions, opening } = await verdictOf(chain, journal, posting, (await notes.bankChain?.()) ?? NO_CHAIN);
    const [question] = questions;
    if (question !== undefined) throw new DaybookError('journal_question', question.sentence);
    return opening ?? chains.closingUpTo(division, code, posting.period, currencyOf(journal), stop);
  };

  const sendOnce = async (journal: LedgerJournal, notes: SendNotes, stop: Stop): Promise<string> => {
    const { legalEntity: division } = journal;
    const posting = await placeFor(journal, stop);
    const { Code: code, Type } = posting.journal;
    const general = Type !== BANK_JOURNAL;
    const references = journal.entries.map((entry) => entry.reference);
    await client.ready(division, stop);
    found.aboutToWrite(division, references, { journal: code, general });
    const body = general ? generalEntryBody(journal, posting) : await bankBody(journal, posting, notes, stop);
    await notes.beforeWrite();
    chains.forget(division, code);
    const { EntryID } = general
      ? await client.post(division, generalEntries, body, stop)
      : await client.post(division, bankEntries, body, stop);
    return EntryID;
  };

  const bankBody = async (journal: LedgerJournal, posting: Posting, notes: SendNotes, stop: Stop): Promise<Body> => {
    const opening = await openingOf(journal, posting, notes, stop);
    const moved = sum(
      journal.entries.map((entry) => entry.amount),
      opening.currency,
    );
    return bankEntryBody(journal, posting, { opening, closing: add(opening, moved) });
  };

  /**
   * Exact refuses an entry whole and names no line. What was remembered of the division may have hidden what is wrong, so
   * the check is made again by what it is now, and names the one that has to go.
   */
  const withCulprit = async (journal: LedgerJournal, refusal: DaybookError, stop: Stop): Promise<DaybookError> => {
    try {
      const findings = preflight(journal, await tables.of(journal.legalEntity, stop));
      const found = findings.find(({ blocking, reference }) => blocking && reference !== null);
      if (found === undefined) return refusal;
      return new DaybookError(found.code, found.sentence, { path: found.reference ?? undefined, cause: refusal });
    } catch (thrown) {
      // The lists cannot be read now; that the entry was refused stands all the same.
      return asDaybookError(thrown).code === 'cancelled' ? asDaybookError(thrown) : refusal;
    }
  };

  const send: PostsEntries['send'] = async (journal, notes, stop) => {
    for (let wait = 1; ; wait++) {
      try {
        const journalNumber = await sendOnce(journal, notes, stop);
        await notes.remember(journalNumber);
        return { journalNumber };
      } catch (thrown) {
        const error = asDaybookError(thrown);
        const { code } = error;
        if (!SAYS_NOTHING_OF_SETUP.has(code)) tables.forget();
        if (error.repair.startsWith('edit_')) throw await withCulprit(journal, error, stop);
        // The minute was used up before anything left: the whole check is made again in the next one.
        if (code !== 'rate_limited' || wait >= WAITS_FOR_THE_MINUTE) throw thrown;
      }
    }
  };

  /** Nobody is refused by what was remembered: a person may have mended it in Exact Online a moment ago. */
  const preflightNow: PostsEntries['preflight'] = async (journal, stop) => {
    const findings = preflight(journal, await tables.of(journal.legalEntity, stop));
    if (!findings.some(({ blocking }) => blocking)) return findings;
    tables.forget();
    return preflight(journal, await tables.of(journal.legalEntity, stop));
  };

  return {
    postingRules: POSTING_RULES,
    entriesPerJournal: ENTRIES_PER_JOURNAL,
    preflight: preflightNow,
    chainQuestions,
    expectLookUps: found.expect,
    lookUp: found.lookUp,
    send,
    /** An entry of Exact always has lines: a refusal leaves nothing behind. */
    discardEmpty: async () => {},
    endPause: client.endPause,
    ...createTakeBack({ client, tables, chains, found }),
  };
}

/** A copy of the workspace may have posted the same money a moment ago: nothing is sent, and the look-up finds it. */
function refuseDoubles(chain: Chain, journal: LedgerJournal): void {
  const stems = new Set(journal.entries.map((entry) => stemIn(entry.reference)));
  for (const entry of chain.entries)
    for (const line of entry.BankEntryLines ?? []) {
      const reference = referenceOn(line);
      if (reference !== null && stems.has(stemIn(reference)))
        throw new DaybookError(
          'record_conflict',
          `Journal ${journal.journalName} holds one of these entries already; Daybook looks at it before it goes on.`,
        );
    }
}
