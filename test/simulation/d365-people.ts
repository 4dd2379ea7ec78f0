/** What people and jobs do inside the practice Dynamics 365 behind Daybook's back, and what they touched. */
import { decimalText } from '../../main/core/money.ts';
import { isReference, stemIn } from '../../main/core/reference.ts';
import type { CompanyBanks } from '../../practice/company/banks.ts';
import type { PracticeD365, TruthSide } from '../../practice/d365/index.ts';
import type { Causes } from './causes.ts';
import type { LedgerPeople } from './company.ts';
import type { Dice } from './dice.ts';

export function createD365People(
  { control }: PracticeD365,
  banks: CompanyBanks,
  dice: Dice,
  causes: Causes,
): LedgerPeople {
  const undo: Array<() => void> = [];
  const refuses = (legalEntity: string) => causes.add({ kind: 'ledger_refuses', legalEntity });
  const touch = (side: TruthSide) => causes.add({ kind: 'touched', stem: stemIn(side.document) });
  const atBank = banks.accounts.flatMap(({ ledger, currency }) => (ledger === null ? [] : [{ ...ledger, currency }]));

  /** A line of ours in an unposted journal. */
  const onLine = (work: (side: TruthSide) => string) => (): string | null => {
    const sides = control.truth().lines.filter((side) => !side.posted && isReference(side.document));
    return sides.length === 0 ? null : work(dice.pick(sides));
  };
  const lineOf = ({ company, journal, lineNumber }: TruthSide) => ({
    company,
    journal,
    lineNumber: Number(lineNumber),
  });

  /** The line's own side comes first in the books; the other one is its offset. */
  const oneMore = (side: TruthSide) => {
    const own = control
      .truth()
      .lines.find(
        (one) => one.lineNumber === side.lineNumber && one.journal === side.journal && one.company === side.company,
      );
    const minor = own?.minor ?? side.minor;
    const more = decimalText({ minor: (minor < 0n ? -minor : minor) + 100n, currency: side.currency });
    return minor < 0n ? { CreditAmount: more } : { DebitAmount: more };
  };

  const onBank = (side: TruthSide) =>
    control.truth().lines.find(({ document, accountType }) => document === side.document && accountType === 'Bank');

  /** A crash that left a part of an entry behind: nobody but a person can put that right. */
  const touchUnbalanced = () => {
    const ours = control.truth().lines.filter(({ document }) => isReference(document));
    for (const sides of Map.groupBy(ours, ({ document }) => document).values()) {
      const [first] = sides;
      if (first !== undefined && sides.reduce((sum, { minor }) => sum + minor, 0n) !== 0n) touch(first);
    }
  };

  const acts: ReadonlyArray<readonly [number, () => string | null]> = [
    [4, () => `the batch job posted ${control.postJournals().posted.length} journals`],
    [
      2,
      onLine((side) => {
        touch(side);
        control.deleteLine(lineOf(side));
        return `deleted a line of ${side.document}`;
      }),
    ],
    [
      2,
      onLine((side) => {
        touch(side);
        control.editLine(lineOf(side), dice.chance(0.5) ? { Text: 'edited by hand' } : oneMore(side));
        return `edited a line of ${side.document}`;
      }),
    ],
    [
      2,
      onLine(({ company, journal }) => {
        control.renumberLines({ company, journal }, 1);
        return `renumbered journal ${journal}`;
      }),
    ],
    [
      2,
      onLine(({ company, journal, voucher }) => {
        control.transferVouchers({ company, journal }, [voucher]);
        return `moved voucher ${voucher} to another journal`;
      }),
    ],
    [
      1,
      onLine(({ company, journal }) => {
        refuses(company);
        control.lockJournal({ company, journal }, 'Erin');
        undo.push(() => control.unlockJournal({ company, journal }));
        return `locked journal ${journal}`;
      }),
    ],
    [
      1,
      onLine(({ company, date }) => {
        refuses(company);
        control.setPeriod(company, date, 'OnHold');
        undo.push(() => control.setPeriod(company, date, 'Open'));
        return `put the period of ${date} on hold`;
      }),
    ],
    [
      1,
      onLine((side) => {
        const own = onBank(side);
        const { legalEntity, bankAccount, currency } = dice.pick(atBank);
        const other = { minor: BigInt(dice.int(200_000)) - 100_000n, currency };
        // Mostly the very money that Daybook has just booked.
        const same = own !== undefined && dice.chance(0.7);
        const { voucher } = control.bankLinkPosts({
          ...(same ? { company: own.company, bankAccount: own.account } : { company: legalEntity, bankAccount }),
          ...{ date: side.date, amount: same ? { minor: own.minor, currency: own.currency } : other },
          ...{ text: 'bank link', offsetMainAccount: '618100' },
        });
        return `the ERP's bank link posted ${voucher}${same ? `, the money of ${own.document}` : ` on ${bankAccount}`}`;
      }),
    ],
    [
      1,
      () => {
        control.faults.throttledParts = 1 + dice.int(3);
        return 'the ERP throttles the next parts of a batch';
      },
    ],
    [
      2,
      () => {
        control.faults.crashAfterOperations = dice.int(4);
        control.faults.onPartialCrash = dice.chance(0.3) ? touchUnbalanced : null;
        return 'the ERP dies in the next changeset';
      },
    ],
    [
      2,
      () => {
        control.faults.failedChangesets = 1 + dice.int(2);
        return 'the next changesets fail in the ERP without a reason';
      },
    ],
    [
      1,
      () => {
        control.forgetTokens();
        return 'the ERP forgot every access token';
      },
    ],
  ];

  return {
    act: () => dice.weighted(acts)(),
    night: () => void control.postJournals(),
    putRight: () => {
      for (const work of undo.splice(0)) work();
      control.faults.throttledParts = 0;
      control.faults.failedChangesets = 0;
      control.faults.crashAfterOperations = undefined;
    },
  };
}
