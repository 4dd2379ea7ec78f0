import type { BankChain, JournalQuestion, KeepsBalanceChain } from '../../main/connectors/balance-chain.ts';
import type {
  Connector,
  Finding,
  FoundEntry,
  LedgerBankLine,
  PostingRules,
  PostsEntries,
  ReadsLedger,
  TellsEmptiedJournals,
} from '../../main/connectors/capabilities.ts';
import type { LedgerLineRecord, ReadsLedgerChanges } from '../../main/connectors/ledger-changes.ts';
import type { TakesBack } from '../../main/connectors/take-back.ts';
import type { LedgerEntry, LedgerJournal } from '../../main/core/entry.ts';
import { DaybookError } from '../../main/core/errors.ts';
import { negate } from '../../main/core/money.ts';
import { stemIn } from '../../main/core/reference.ts';

type ScriptedConnector = Connector &
  PostsEntries &
  TellsEmptiedJournals &
  KeepsBalanceChain &
  TakesBack &
  Pick<ReadsLedger, 'readBankLines'>;

type Held = { entry: LedgerEntry; journalNumber: string; lineId: string; state: 'open' | 'posted'; voucher: string };

type ScriptedChanges = {
  readonly log: Array<{ readonly line: LedgerLineRecord } | { readonly deleted: string }>;
  startOver: boolean;
};

/** What shall go wrong at the next call of that kind. */
export type LedgerFault = 'refuse' | 'lose_request' | 'lose_answer' | 'busy' | 'alter' | 'drop_reference';

/**
 * A ledger in memory with the contract of `PostsEntries` and switches for every way in which a send can go wrong. It
 * outlives the engine, as an ERP outlives a killed desktop.
 */
export class ScriptedLedger {
  readonly held: Held[] = [];
  readonly emptyJournals = new Set<string>();
  /** Posted journals whose lines a clean-up job deleted. */
  readonly emptied = new Set<string>();
  readonly sends: number[] = [];
  faults: LedgerFault[] = [];
  findings: Finding[] = [];
  /** Refuses any unit that holds an entry with this text, as D365 does without naming the line. */
  refusedText: string | null = null;
  entriesPerJournal = 100;
  rules: PostingRules = {};
  /** What it asks before it takes a journal, given what stands on the bank's side. */
  asks: (journal: LedgerJournal, chain: BankChain) => JournalQuestion[] = () => [];
  /** Journals in the order in which they were sent: name and first day. */
  readonly sent: string[] = [];
  readonly announced: string[][] = [];
  /** Why it takes no journal back; null when it does. */
  whyNot: string | null = null;
  /** It refuses all by itself until somebody ends the pause. */
  paused = false;
  /** Journals that it was asked to remove. */
  readonly removals: string[] = [];
  /** Called at each step inside the connector: a test kills here. */
  onStep: (step: string) => void | Promise<void> = () => {};
  private next = 1;
  /** What it tells of its changes, to `tellingChanges` only. */
  readonly changes: ScriptedChanges = { log: [], startOver: false };

  /** Bank lines that somebody else posted; null makes a ledger that does not show its bank lines. */
  otherBankLines: LedgerBankLine[] | null = [];

  readonly connector: ScriptedConnector = this.makeConnector();

  /** How many entries the ledger holds for a stem. */
  count(stem: string): number {
    return this.held.filter((held) => stemIn(held.entry.reference) === stem).length;
  }

  private makeConnector(): ScriptedConnector {
    const ledger = this;
    return {
      kind: 'scripted',
      get entriesPerJournal() {
        return ledger.entriesPerJournal;
      },
      get postingRules() {
        return ledger.rules;
      },
      expectLookUps: (_legalEntity, references) => {
        ledger.announced.push([...references]);
      },
      chainQuestions: async (journal, chain) => ledger.asks(journal, chain),
      preflight: async () => {
        await ledger.onStep('preflight');
        return ledger.findings;
      },
      lookUp: async (legalEntity, references) => {
        await ledger.onStep('lookUp');
        const stems = new Set(references.map(stemIn));
        return ledger.held
          .filter((held) => stems.has(stemIn(held.entry.reference)))
          .map(
            (held): FoundEntry => ({
              entry: held.entry,
              legalEntity,
              journalNumber: held.journalNumber,
              lineIds: [held.lineId],
              voucher: held.voucher,
              state: held.state,
            }),
          );
      },
      readBankLines: async (_legalEntity, bankAccount, until) => {
        await ledger.onStep('readBankLines');
        if (ledger.otherBankLines === null) return null;
        const ours = ledger.held
          .filter((held) => held.state === 'posted' || ledger.rules.openIsBooked === true)
          .filter((held) => held.entry.account === bankAccount)
          .map(
            (held): LedgerBankLine => ({
              providerKey: held.lineId,
              bankAccount,
              date: held.entry.date,
              amount: held.entry.amount,
              voucher: held.voucher,
              text: held.entry.text,
              reference: null,
            }),
          );
        return [...ours, ...ledger.otherBankLines].filter((line) => line.date <= until);
      },
      emptiedJournals: async (_legalEntity, numbers) => new Set(numbers.filter((number) => ledger.emptied.has(number))),
      send: (journal, notes) => ledger.send(journal, notes),
      endPause: () => {
        const { paused } = ledger;
        ledger.paused = false;
        return paused;
      },
      whyNotTakenBack: async () => {
        await ledger.onStep('whyNotTakenBack');
        return ledger.whyNot;
      },
      takeBack: ({ journalNumber }, notes) => ledger.takeBack(journalNumber, notes),
      discardEmpty: async (_journal, journalNumber) => {
        if (journalNumber !== null) ledger.emptyJournals.delete(journalNumber);
      },
    };
  }

  /** The same connector, of a ledger that also tells its changes. */
  tellingChanges(): Connector {
    return { ...this.connector, readChanges: (...args) => this.readChanges(...args) };
  }

  private readonly readChanges: ReadsLedgerChanges['readChanges'] = async (_legalEntity, cursor) => {
    const { log, startOver } = this.changes;
    if (startOver && cursor !== null) {
      this.changes.startOver = false;
      return { lines: [], deleted: [], nextCursor: '', hasMore: false, startOver: true };
    }
    const from = Number(cursor ?? '0');
    const page = log.slice(from, from + 2);
    return {
      lines: page.flatMap((one) => ('line' in one ? [one.line] : [])),
      deleted: page.flatMap((one) => ('deleted' in one ? [one.deleted] : [])),
      nextCursor: String(from + page.length),
      hasMore: from + page.length < log.length,
      startOver: false,
    };
  };

  /** Tells the lines of what it holds now, as a ledger does after they were written or changed. */
  tell(held: readonly Held[] = this.held): void {
    for (const { entry, journalNumber, lineId, state, voucher } of held) {
      const shared = { journalNumber, journalName: 'GenJrn', voucher, date: entry.date, text: entry.text, state };
      for (const [index, { account, amount }] of entry.offsets.entries())
        this.changes.log.push({
          line: {
            ...{ ...shared, providerKey: `${lineId}/${index}`, account, bankAccount: null },
            ...{ amount: negate(amount), reference: entry.reference },
          },
        });
      this.changes.log.push({
        line: {
          ...{ ...shared, providerKey: `${lineId}/bank`, account: '1100', bankAccount: entry.account },
          ...{ amount: entry.amount, reference: null },
        },
      });
    }
  }

  private stored(entry: LedgerEntry, fault: LedgerFault | undefined): LedgerEntry {
    if (fault === 'alter') return { ...entry, text: entry.text.slice(0, 3) };
    // A customisation writes its own text where our reference stood, or the column is shorter.
    if (fault === 'drop_reference') return { ...entry, reference: entry.reference.slice(0, 10) };
    return entry;
  }

  private async send(journal: LedgerJournal, notes: Parameters<PostsEntries['send']>[1]) {
    this.sends.push(journal.entries.length);
    this.sent.push(`${journal.journalName} ${journal.entries[0]?.date}`);
    await this.onStep('before header');
    if (this.paused) throw new DaybookError('rate_limited', 'It pauses.', { retryAfterMs: 14 * 60_000 });
    const chain = await notes.bankChain?.();
    const [question] = chain ? this.asks(journal, chain) : [];
    if (question) throw new DaybookError('journal_question', question.sentence);
    const fault = this.faults.shift();
    if (fault === 'lose_request') throw new DaybookError('outcome_unknown', 'The connection was lost.');
    if (fault === 'busy') throw new DaybookError('provider_busy', 'The ledger is busy.', { retryAfterMs: 1_000 });
    let journalNumber = notes.journalNumber;
    if (journalNumber === null) {
      await notes.beforeWrite();
      journalNumber = `J${this.next++}`;
      this.emptyJournals.add(journalNumber);
      await this.onStep('header stored');
      await notes.remember(journalNumber);
    }
    await this.onStep('before lines');
    await notes.beforeWrite();
    if (fault === 'refuse' || journal.entries.some((entry) => entry.text === this.refusedText))
      throw new DaybookError('entry_refused', 'Dynamics refused the entry: account 999 is suspended.');
    for (const entry of journal.entries)
      this.held.push({
        entry: this.stored(entry, fault),
        journalNumber,
        lineId: String(this.held.length + 1),
        state: 'open',
        voucher: `V${this.held.length + 1}`,
      });
    this.emptyJournals.delete(journalNumber);
    await this.onStep('lines stored');
    if (fault === 'lose_answer') throw new DaybookError('outcome_unknown', 'The answer was lost.');
    return { journalNumber };
  }

  private readonly takeBack = async (journalNumber: string, notes: Parameters<TakesBack['takeBack']>[1]) => {
    await this.onStep('before removal');
    const fault = this.faults.shift();
    if (fault === 'lose_request') throw new DaybookError('outcome_unknown', 'The connection was lost.');
    if (fault === 'busy') throw new DaybookError('provider_busy', 'The ledger is busy.', { retryAfterMs: 1_000 });
    if (this.whyNot !== null) throw new DaybookError('stale', this.whyNot);
    await notes.beforeWrite();
    if (fault === 'refuse') throw new DaybookError('entry_refused', 'The ledger refused it: the entry is processed.');
    this.removals.push(journalNumber);
    const kept = this.held.filter((held) => held.journalNumber !== journalNumber);
    this.held.splice(0, this.held.length, ...kept);
    await this.onStep('removed');
    if (fault === 'lose_answer') throw new DaybookError('outcome_unknown', 'The answer was lost.');
  };
}
