/** What people and jobs do inside the practice Dynamics 365 behind Daybook's back, and what they touched. */

import { isReference, stemIn } from '../../main/core/reference.ts';
import type { PracticeD365 } from '../../practice/d365/index.ts';
import type { Dice } from './dice.ts';

export type ErpPeople = {
  /** One act; says what was done. Null when there was nothing to act on. */
  act(): string | null;
  /** What they do every night: post what lies in journals. */
  night(): void;
  /** Opens what they closed and unlocks what they locked. */
  putRight(): void;
  /** Stems of our entries that they changed, deleted or moved; the truth about those is theirs. */
  readonly touched: ReadonlySet<string>;
};

export function createD365People(d365: PracticeD365, dice: Dice): ErpPeople {
  const { control } = d365;
  const touched = new Set<string>();
  const closed: Array<{ company: string; day: string }> = [];
  const locked: Array<{ company: string; journal: string }> = [];
  const openLines = () => control.truth().lines.filter((side) => !side.posted && isReference(side.document));

  /** A line of ours in an unposted journal. */
  const onLine = (work: (line: ReturnType<typeof openLines>[number]) => string): string | null => {
    const lines = openLines();
    if (lines.length === 0) return null;
    return work(dice.pick(lines));
  };
  const at = (line: ReturnType<typeof openLines>[number]) => ({
    company: line.company,
    journal: line.journal,
    lineNumber: Number(line.lineNumber),
  });

  const acts: ReadonlyArray<readonly [number, () => string | null]> = [
    [4, () => `the batch job posted ${control.postJournals().posted.length} journals`],
    [
      2,
      () =>
        onLine((line) => {
          touched.add(stemIn(line.document));
          control.deleteLine(at(line));
          return `deleted a line of ${line.document}`;
        }),
    ],
    [
      2,
      () =>
        onLine((line) => {
          touched.add(stemIn(line.document));
          control.editLine(at(line), { Text: 'edited by hand' });
          return `edited a line of ${line.document}`;
        }),
    ],
    [
      2,
      () =>
        onLine((line) => {
          control.renumberLines({ company: line.company, journal: line.journal }, 1);
          return `renumbered journal ${line.journal}`;
        }),
    ],
    [
      2,
      () =>
        onLine((line) => {
          control.transferVouchers({ company: line.company, journal: line.journal }, [line.voucher]);
          return `moved voucher ${line.voucher} to another journal`;
        }),
    ],
    [
      1,
      () =>
        onLine((line) => {
          const journal = { company: line.company, journal: line.journal };
          control.lockJournal(journal, 'Erin');
          locked.push(journal);
          return `locked journal ${line.journal}`;
        }),
    ],
    [
      1,
      () =>
        onLine((line) => {
          control.setPeriod(line.company, line.date, 'OnHold');
          closed.push({ company: line.company, day: line.date });
          return `put the period of ${line.date} on hold`;
        }),
    ],
  ];

  return {
    act: () => dice.weighted(acts)(),
    night: () => void control.postJournals(),
    putRight: () => {
      for (const { company, day } of closed.splice(0)) control.setPeriod(company, day, 'Open');
      for (const journal of locked.splice(0)) control.unlockJournal(journal);
    },
    touched,
  };
}
