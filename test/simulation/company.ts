/** A simulated company: its servers, the people around them, and what its books say. */
import type { PracticeHost } from '../../main/cli/practice/world.ts';
import { isReference } from '../../main/core/reference.ts';
import type { ExpectedEntry } from '../../practice/company/judgement.ts';
import type { PracticePlaid } from '../../practice/plaid/index.ts';
import type { Causes } from './causes.ts';
import type { Dice } from './dice.ts';
import type { Server } from './weather.ts';

export type CompanyName = 'harbor' | 'kade';

export type SimulatedCompany = {
  readonly name: CompanyName;
  readonly host: PracticeHost;
  readonly servers: readonly Server[];
  readonly people: LedgerPeople;
  readonly books: Books;
  /** Troubles of the banks beside the wire; says what. */
  botherFeeds(): string;
  /** Banks that want their password now, by the names that people know them by. */
  wantPassword(): readonly string[];
  /** Ends every trouble of the banks. */
  putFeedsRight(): void;
  /** Access to the ledgers ends while Daybook is at work there. */
  endTokens(): void;
};

/** People and jobs inside the ledgers, behind Daybook's back. */
export type LedgerPeople = {
  /** One act; says what was done. Null when there was nothing to act on. */
  act(): string | null;
  /** What they do every night: post what lies in journals, process entries. */
  night(): void;
  /** Opens what they closed and unlocks what they locked. */
  putRight(): void;
};

/** The ledgers' own books, read from inside. */
export type Books = {
  /** Our references that stand in any ledger. */
  references(): string[];
  /** Of these entries: those that a ledger holds more than once, and those that it holds otherwise. */
  judge(expected: readonly ExpectedEntry[]): { readonly duplicated: string[]; readonly altered: string[] };
  /** What does not follow from one entry to the next in journals that carry balances. */
  brokenChains(): string[];
  /** Journals that carry balances, where entries of ours stand behind those of somebody else. */
  behindOthers(): readonly JournalOf[];
  /** The texts that stand on the lines of an entry of ours, in any order. */
  texts(reference: string): ReadonlySet<string>;
};

export type JournalOf = { readonly legalEntity: string; readonly journalName: string };

export function booksOf(host: PracticeHost, chains: Pick<Books, 'brokenChains' | 'behindOthers' | 'texts'>): Books {
  const { ledgers } = host.world;
  return {
    references: () => ledgers.flatMap((ledger) => ledger.judge([], isReference).unexpected),
    judge: (expected) => {
      const all = ledgers.map((ledger) => ledger.judge(expected, isReference));
      return { duplicated: all.flatMap((one) => one.duplicated), altered: all.flatMap((one) => one.altered) };
    },
    ...chains,
  };
}

/** What can go wrong at the banks behind Plaid. */
export function bankTroubles(
  { control }: PracticePlaid,
  banks: ReadonlyArray<{ readonly key: string; readonly name: string }>,
  dice: Dice,
  causes: Causes,
): Pick<SimulatedCompany, 'botherFeeds' | 'wantPassword' | 'putFeedsRight'> {
  const wantsPassword = ({ key }: { readonly key: string }) => {
    const items = control.items().filter(({ bank }) => bank === key);
    return items.length > 0 && items.every(({ trouble }) => trouble === 'ITEM_LOGIN_REQUIRED');
  };
  const bothers: ReadonlyArray<readonly [number, () => string]> = [
    [
      3,
      () => {
        control.mutateDuringPagination(1 + dice.int(3));
        return 'the data changes while pages are read';
      },
    ],
    [
      2,
      () => {
        const { key: bank } = dice.pick(banks);
        control.spoilCursors(bank, dice.pick(['mutation', 'invalid'] as const));
        return `the cursors of ${bank} went bad`;
      },
    ],
    [
      3,
      () => {
        control.limitPages(1 + dice.int(20));
        return 'pages are short';
      },
    ],
    [
      2,
      () => {
        control.removedFirst(dice.chance(0.5));
        return 'removed lines come first';
      },
    ],
    [
      2,
      () => {
        const { key } = dice.pick(banks);
        control.failItems(key, 'ITEM_LOGIN_REQUIRED');
        causes.add({ kind: 'bank_login', of: key });
        return `${key} wants its password`;
      },
    ],
  ];
  return {
    botherFeeds: () => dice.weighted(bothers)(),
    wantPassword: () => banks.filter(wantsPassword).map(({ name }) => name),
    putFeedsRight: () => {
      for (const { key } of banks) control.failItems(key, null);
      control.mutateDuringPagination(0);
      control.limitPages(500);
      control.removedFirst(false);
    },
  };
}
