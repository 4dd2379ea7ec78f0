import type { CalendarDate } from '../core/calendar.ts';
import { stemIn } from '../core/reference.ts';
import type { LineWithPlace } from '../store/reconciliations.ts';

export type OpenItemKind =
  | 'to_review' // waits for a person
  | 'approved' // waits for posting
  | 'in_open_journal' // in the ERP's unposted journal
  | 'refused'
  | 'unknown_outcome'
  | 'different'
  | 'excluded'
  | 'without_proposal'
  | 'correction_open' // changed at the bank after posting; the correction is not posted yet
  | 'timing' // both sides have it, on different days
  | 'ledger_only' // in the ledger, not in the feed
  | 'opening_difference'
  | 'feed_gap';

/**
 * Why bank and ledger differ, by name. Sign: what it adds to `bank − ledger`; a receipt that is not in the ledger is
 * positive.
 */
export type OpenItem = {
  readonly kind: OpenItemKind;
  readonly date: CalendarDate;
  readonly amountMinor: bigint;
  readonly text: string;
  readonly lineIds: readonly number[];
  /** Lines of the ledger that nothing at the bank stands for. */
  readonly ledgerLineIds: readonly number[];
  readonly proposalId: string | null;
};

/** A posted line of the ledger on the bank's account. Sign: positive = money into the account. */
export type LedgerLine = {
  /** Absent for what only stands in for the ledger. */
  readonly id?: number;
  readonly date: CalendarDate;
  readonly amountMinor: bigint;
  readonly voucher: string | null;
  readonly text: string;
  readonly reference: string | null;
};

/**
 * Gives each ledger line to the entry of ours that made it: by its reference, else by voucher and day. A voucher may hold
 * many entries ("one voucher" journals) and lines of other people, so equal amounts are given away first, one line to
 * each entry; what is left goes to an entry that has no line yet, else to the only entry of the voucher.
 * @param amountOfStem The known entries with their amount on this bank account; null: no side on it.
 */
export function assignLedgerLines(
  ledgerLines: readonly LedgerLine[],
  vouchers: ReadonlyArray<{ readonly voucher: string; readonly date: CalendarDate; readonly stem: string }>,
  amountOfStem: ReadonlyMap<string, bigint | null>,
): { readonly byStem: ReadonlyMap<string, LedgerLine[]>; readonly foreign: readonly LedgerLine[] } {
  const stemsOfVoucher = Map.groupBy(
    vouchers.filter(({ stem }) => typeof amountOfStem.get(stem) === 'bigint'),
    ({ voucher, date }) => `${voucher}\n${date}`,
  );
  const byStem = new Map<string, LedgerLine[]>();
  const assign = (pick: (line: LedgerLine) => string | undefined) => (line: LedgerLine) => {
    const stem = pick(line);
    if (stem === undefined || !amountOfStem.has(stem)) return true;
    byStem.set(stem, [...(byStem.get(stem) ?? []), line]);
    return false;
  };
  const candidates = (line: LedgerLine): readonly string[] =>
    line.reference !== null || line.voucher === null
      ? []
      : (stemsOfVoucher.get(`${line.voucher}\n${line.date}`) ?? []).map(({ stem }) => stem);
  const free = (line: LedgerLine) => candidates(line).filter((stem) => !byStem.has(stem));
  const onlyOne = ([first, ...others]: readonly string[]) => (others.length === 0 ? first : undefined);

  const foreign = ledgerLines
    .filter(assign((line) => (line.reference === null ? undefined : stemIn(line.reference))))
    .filter(assign((line) => free(line).find((stem) => amountOfStem.get(stem) === line.amountMinor)))
    .filter(assign((line) => free(line)[0] ?? onlyOne(candidates(line))));
  return { byStem, foreign };
}

/**
 * The open items of an account on a day among its lines: wherever the lines of an entry and what the ledger holds for it
 * do not come to the same sum by that day.
 */
export function openItemsOfLines(
  rows: readonly LineWithPlace[],
  ledgerOfStem: ReadonlyMap<string, readonly LedgerLine[]>,
  date: CalendarDate,
  rules: LedgerRules = {},
): OpenItem[] {
  const items: OpenItem[] = [];
  const counted = new Set<string>();
  for (const group of groupsOf(rows)) {
    const lines = new Map(group.map((row) => [row.lineId, row]));
    let bank = 0n;
    for (const row of lines.values()) if (row.state === 'booked' && row.date <= date) bank += row.amountMinor;
    let ledger = 0n;
    for (const { stem } of group) {
      // Proposals that replaced one another share their stem.
      if (stem === null || counted.has(stem)) continue;
      counted.add(stem);
      for (const line of ledgerOfStem.get(stem) ?? []) if (line.date <= date) ledger += line.amountMinor;
    }
    const [first] = group;
    if (bank === ledger || !first) continue;
    const place = group.find((row) => row.claim) ?? group.find((row) => row.proposalState !== 'superseded') ?? first;
    items.push({
      kind: kindOf(place, { bank, ledger, date, group, rules }),
      date: first.date,
      amountMinor: bank - ledger,
      text: first.text,
      lineIds: [...lines.keys()],
      ledgerLineIds: [],
      proposalId: place.proposalId,
    });
  }
  return items;
}

/** Lines that share a proposal belong together; each group is settled as a whole. */
function groupsOf(rows: readonly LineWithPlace[]): LineWithPlace[][] {
  const groupOfLine = new Map<number, LineWithPlace[]>();
  const groupOfProposal = new Map<string, LineWithPlace[]>();
  for (const row of rows) {
    const mine = groupOfLine.get(row.lineId);
    const theirs = row.proposalId === null ? undefined : groupOfProposal.get(row.proposalId);
    const group = mine ?? theirs ?? [];
    group.push(row);
    if (mine && theirs && mine !== theirs) {
      group.push(...theirs);
      for (const other of theirs) {
        groupOfLine.set(other.lineId, group);
        if (other.proposalId !== null) groupOfProposal.set(other.proposalId, group);
      }
    }
    groupOfLine.set(row.lineId, group);
    if (row.proposalId !== null) groupOfProposal.set(row.proposalId, group);
  }
  return [...new Set(groupOfLine.values())];
}

/** `openIsBooked`: what stands in an open journal is in the general ledger already, so nothing waits there. */
export type LedgerRules = { readonly openIsBooked?: boolean };

type Standing = {
  readonly rules: LedgerRules;
  readonly bank: bigint;
  readonly ledger: bigint;
  readonly date: CalendarDate;
  readonly group: readonly LineWithPlace[];
};

function kindOf(place: LineWithPlace, standing: Standing): OpenItemKind {
  const { bank, ledger, date, group, rules } = standing;
  const inLedger = ledger !== 0n;
  const correction = group.some((row) => !row.claim && row.proposalState !== null && OPEN.has(row.proposalState));
  if (correction && inLedger) return 'correction_open';
  switch (place.proposalState) {
    case null:
      return 'without_proposal';
    case 'needs_person':
    case 'ready':
      return 'to_review';
    case 'approved':
    case 'posting':
      return 'approved';
    case 'unknown':
      return 'unknown_outcome';
    case 'excluded':
      return 'excluded';
    case 'refused':
      return 'refused';
    case 'different':
      return 'different';
    default:
      if (!inLedger && place.proposalDate !== null && place.proposalDate > date) return 'timing';
      // Posted, and the ledger does not show it: deleted there since, which the next follow finds out.
      if (!inLedger) return rules.openIsBooked === true ? 'different' : 'in_open_journal';
      if (group.some((row) => row.state === 'removed')) return 'correction_open';
      return bank === 0n ? 'timing' : 'different';
  }
}

const OPEN: ReadonlySet<string> = new Set(['needs_person', 'ready', 'approved', 'posting', 'unknown', 'refused']);
