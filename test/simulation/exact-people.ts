/** What people and jobs do inside the practice Exact Online behind Daybook's back, and what they touched. */
import { isReference, stemIn } from '../../main/core/reference.ts';
import type { PracticeExact, TruthEntry, TruthLine } from '../../practice/exact/index.ts';
import type { Causes } from './causes.ts';
import type { LedgerPeople } from './company.ts';
import type { Dice } from './dice.ts';

type Office = {
  readonly division: number;
  readonly control: PracticeExact['control'];
  /** An expense account of its chart. */
  readonly expense: string;
};

export function createExactPeople(offices: readonly Office[], dice: Dice, causes: Causes): LedgerPeople {
  const undo: Array<() => void> = [];
  const legalEntity = ({ division }: Office) => String(division);
  const touch = (entry: TruthEntry) => {
    for (const line of entry.lines) {
      const reference = referenceOf(line);
      if (reference !== null) causes.add({ kind: 'touched', stem: stemIn(reference) });
    }
  };
  const ourEntries = ({ control }: Office) =>
    control.books().entries.filter((entry) => entry.lines.some((line) => referenceOf(line) !== null));

  const onEntry = (work: (office: Office, entry: TruthEntry) => string) => (): string | null => {
    const office = dice.pick(offices);
    const entries = ourEntries(office);
    return entries.length === 0 ? null : work(office, dice.pick(entries));
  };
  const onLine = (work: (office: Office, entry: TruthEntry, line: TruthLine) => string) =>
    onEntry((office, entry) =>
      work(office, entry, dice.pick(entry.lines.filter((line) => referenceOf(line) !== null))),
    );
  const onOffice = (work: (office: Office) => string) => () => work(dice.pick(offices));

  /** Whether a journal holds entries of a later month. */
  const isBackdated = ({ control, division }: Office, journal: string, date: string): boolean =>
    control
      .books()
      .entries.filter((entry) => entry.division === division && entry.journal === journal)
      .some(({ lines }) => lines.some((line) => line.date.slice(0, 7) > date.slice(0, 7)));

  /** Money on a bank journal that is not ours. */
  const stranger = (how: 'postByHand' | 'bankLinkImports') =>
    onEntry((office, entry) => {
      if (entry.kind !== 'bank') return 'nothing on a general journal';
      const [line] = entry.lines.filter(({ role }) => role === 'line');
      const minor = how === 'bankLinkImports' ? -(line?.minor ?? 100n) : BigInt(1 + dice.int(50_000));
      causes.add({ kind: 'journal_disturbed', legalEntity: legalEntity(office) });
      const date = line?.date ?? '2026-11-02';
      if (isBackdated(office, entry.journal, date)) causes.add({ kind: 'backdated', legalEntity: legalEntity(office) });
      office.control[how]({
        division: office.division,
        journal: entry.journal,
        date,
        lines: [{ amount: { minor, currency: entry.currency }, text: 'not from Daybook', glAccount: office.expense }],
      });
      return `${how} on journal ${entry.journal} of ${office.division}`;
    });

  const acts: ReadonlyArray<readonly [number, () => string | null]> = [
    [4, onOffice((office) => `processed ${office.control.process(office.division)} entries of ${office.division}`)],
    [
      1,
      onEntry((office, entry) => {
        touch(entry);
        causes.add({ kind: 'journal_disturbed', legalEntity: legalEntity(office) });
        causes.add({ kind: 'chain_broken', legalEntity: legalEntity(office) });
        office.control.deleteEntry(entry);
        return `deleted entry ${entry.number} of journal ${entry.journal}`;
      }),
    ],
    [
      2,
      onLine((office, entry, line) => {
        touch({ ...entry, lines: [line] });
        const stem = stemIn(referenceOf(line) ?? '');
        if (entry.status === 50) causes.add({ kind: 'edited_when_booked', stem });
        office.control.editLine({ ...entry, lineId: line.lineId }, { glAccount: office.expense, costCenter: null });
        return `edited a line of entry ${entry.number}`;
      }),
    ],
    [
      1,
      onLine((office, entry, line) => {
        const sign = entry.kind === 'bank' ? -1n : 1n;
        const minor = sign * line.minor;
        const part = minor / 3n;
        if (part === 0n || line.vatMinor !== 0n) return 'nothing to split';
        office.control.matchSplit({ ...entry, lineId: line.lineId }, [
          { minor: part, ourRef: 1 },
          { minor: minor - part, ourRef: 2 },
        ]);
        return `settled a line of entry ${entry.number} against two items`;
      }),
    ],
    [1, stranger('postByHand')],
    [1, stranger('bankLinkImports')],
    [
      1,
      onEntry((office, entry) => {
        const { division, journal, year, period } = entry;
        office.control.closePeriod(division, journal, year, period);
        undo.push(() => office.control.closePeriod(division, journal, year, period, false));
        causes.add({ kind: 'ledger_refuses', legalEntity: legalEntity(office) });
        return `closed period ${period} of ${year} for journal ${journal}`;
      }),
    ],
    [
      1,
      onEntry((office, { journal }) => {
        office.control.blockJournal(office.division, journal);
        undo.push(() => office.control.blockJournal(office.division, journal, false));
        causes.add({ kind: 'ledger_refuses', legalEntity: legalEntity(office) });
        return `blocked journal ${journal} of ${office.division}`;
      }),
    ],
    [
      1,
      onOffice((office) => {
        office.control.revokeDivision(office.division);
        undo.push(() => office.control.revokeDivision(office.division, false));
        causes.add({ kind: 'ledger_refuses', legalEntity: legalEntity(office) });
        return `took division ${office.division} out of the app's companies`;
      }),
    ],
    [
      2,
      onOffice((office) => {
        office.control.moveDivision(office.division);
        return `moved division ${office.division} to another server`;
      }),
    ],
    [
      1,
      onOffice((office) => {
        causes.add({ kind: 'sign_in_lost' });
        office.control.secondComputer({ takenOver: dice.chance(0.5) });
        return `the sign-in of ${office.division} was renewed elsewhere`;
      }),
    ],
  ];

  return {
    act: () => dice.weighted(acts)(),
    night: () => {
      for (const { control, division } of offices) control.process(division);
    },
    putRight: () => {
      for (const work of undo.splice(0)) work();
    },
  };
}

/** Our reference in the notes of a line. */
function referenceOf({ notes }: TruthLine): string | null {
  const [reference = ''] = (notes ?? '').split(' ');
  return isReference(reference) ? reference : null;
}
