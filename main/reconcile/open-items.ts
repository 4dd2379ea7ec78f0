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
  readonly proposalId: string | null;
};

/** A posted line of the ledger on the bank's account. Sign: positive = money into the account. */
export type LedgerLine = {
  readonly date: CalendarDate;
  readonly amountMinor: bigint;
  readonly voucher: string | null;
  readonly text: string;
  readonly reference: string | null;
};

/**
 * Gives each ledger line to the entry of ours that made it, by its reference, else by voucher. A voucher may hold many
 * entries ("one voucher" journals), so a line under a shared voucher goes to the entry of the same amount first.
 */
export function assignLedgerLines(
  ledgerLines: readonly LedgerLine[],
  vouchers: ReadonlyArray<{ readonly voucher: string; readonly stem: string }>,
  amountOfStem: ReadonlyMap<string, bigint>,
): { readonly byStem: ReadonlyMap<string, LedgerLine[]>; readonly foreign: readonly LedgerLine[] } {
  const stemsOfVoucher = Map.groupBy(vouchers, (item) => item.voucher);
  const byStem = new Map<string, LedgerLine[]>();
  const foreign: LedgerLine[] = [];
  for (const line of ledgerLines) {
    const stem = line.reference !== null ? stemIn(line.reference) : stemByVoucher(line);
    if (stem === null || !amountOfStem.has(stem)) foreign.push(line);
    else byStem.set(stem, [...(byStem.get(stem) ?? []), line]);
  }
  return { byStem, foreign };

  function stemByVoucher(line: LedgerLine): string | null {
    const stems = (line.voucher === null ? [] : (stemsOfVoucher.get(line.voucher) ?? [])).map((item) => item.stem);
    const free = stems.filter((stem) => !byStem.has(stem));
    return free.find((stem) => amountOfStem.get(stem) === line.amountMinor) ?? free[0] ?? stems[0] ?? null;
  }
}

/**
 * The open items of an account among its lines: wherever the lines of an entry and what the ledger holds for it do not
 * come to the same sum on that day.
 */
export function openItemsOfLines(
  rows: readonly LineWithPlace[],
  ledgerOfStem: ReadonlyMap<string, readonly LedgerLine[]>,
): OpenItem[] {
  const items: OpenItem[] = [];
  for (const group of groupsOf(rows)) {
    const lines = new Map(group.map((row) => [row.lineId, row]));
    let bank = 0n;
    for (const row of lines.values()) if (row.state === 'booked') bank += row.amountMinor;
    const stems = new Set(group.flatMap((row) => (row.stem === null ? [] : [row.stem])));
    let ledger = 0n;
    for (const stem of stems) for (const line of ledgerOfStem.get(stem) ?? []) ledger += line.amountMinor;
    const [first] = group;
    if (bank === ledger || !first) continue;
    const place = group.find((row) => row.claim) ?? group.find((row) => row.proposalState !== 'superseded') ?? first;
    items.push({
      kind: kindOf(place, ledger !== 0n, group),
      date: first.date,
      amountMinor: bank - ledger,
      text: first.text,
      lineIds: [...lines.keys()],
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

function kindOf(place: LineWithPlace, inLedger: boolean, group: readonly LineWithPlace[]): OpenItemKind {
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
      return inLedger ? 'timing' : 'in_open_journal';
  }
}

const OPEN: ReadonlySet<string> = new Set(['needs_person', 'ready', 'approved', 'posting', 'unknown', 'refused']);
