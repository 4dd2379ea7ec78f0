import { addDays } from '../core/calendar.ts';
import { linesWithAmounts, type Place, placesOf, waitingTransferLines } from '../store/line-places.ts';
import type { Store } from '../store/store.ts';
import { type CodingLine, loadLines } from './line.ts';
import type { Run } from './run.ts';
import { ledgerKey } from './suggest.ts';
import { findTransfers, hintsOf, type Leg, type OwnAccount, TRANSFER_DAYS } from './transfers.ts';

/** What own-account transfers say about one line. */
export type TransferPlan =
  | { readonly kind: 'pair'; readonly out: number; readonly in: number; readonly sameDay: boolean }
  | { readonly kind: 'doubt'; readonly lineId: number; readonly sentence: string; readonly strong: boolean };

/** By line id; both lines of a pair lead to the same plan. */
export type TransferPlans = ReadonlyMap<number, TransferPlan>;

/**
 * Looks for transfers between own accounts among the lines that have no place yet, and among those whose coding no
 * person has touched.
 */
export async function planTransfers(store: Store, run: Run, fresh: readonly CodingLine[]): Promise<TransferPlans> {
  if (run.accounts.length < 2 || fresh.length === 0) return new Map();
  const freshIds = new Set(fresh.map((line) => line.id));
  const dates = fresh.map((line) => line.date).sort();
  const from = addDays(dates[0] ?? '', -TRANSFER_DAYS);
  const to = addDays(dates.at(-1) ?? '', TRANSFER_DAYS);
  const waiting = await loadLines(store.read, await waitingTransferLines(store.read, from));
  const hinted = [...fresh, ...waiting];
  const others = await linesWithAmounts(store.read, {
    feedAccountIds: run.accounts.map((account) => account.feedAccountId),
    from,
    to,
    amounts: [...new Set(hinted.map((line) => -line.amount.minor))],
  });
  const known = new Set(hinted.map((line) => line.id));
  const lines = [
    ...hinted,
    ...(await loadLines(
      store.read,
      others.filter((id) => !known.has(id)),
    )),
  ];
  const places = await placesOf(
    store.read,
    lines.map((line) => line.id),
  );
  const legs = lines.flatMap((line) => legOf(run, line, freshIds.has(line.id), places.get(line.id)));
  const byLine = new Map<number, TransferPlan>();
  const nameOf = new Map(run.accounts.map((account) => [account.feedAccountId, shortName(account)]));
  const doubt = (leg: Leg, sentence: string, strong = true) =>
    byLine.set(leg.lineId, { kind: 'doubt', lineId: leg.lineId, sentence, strong });
  for (const finding of findTransfers(legs, run.accounts)) {
    if (finding.kind === 'pair') {
      const plan = {
        kind: 'pair' as const,
        out: finding.out.lineId,
        in: finding.in.lineId,
        sameDay: finding.out.date === finding.in.date,
      };
      byLine.set(plan.out, plan).set(plan.in, plan);
    } else if (finding.kind === 'booked')
      doubt(
        finding.leg,
        `Looks like the other side of a transfer that ${nameOf.get(finding.other.feedAccountId)} booked on ${finding.other.date}. Check both.`,
      );
    else if (finding.kind === 'tie')
      doubt(
        finding.leg,
        `A transfer with ${finding.others.length === 1 ? 'an unsure' : `${finding.others.length} possible`} other side${finding.others.length === 1 ? '' : 's'}. Choose its account.`,
      );
    else if (finding.kind === 'waiting')
      doubt(finding.leg, `A transfer with ${shortName(finding.other)}; the other side has not arrived yet.`);
    else
      doubt(
        finding.leg,
        `May be a transfer: ${nameOf.get(finding.other.feedAccountId)} has the same amount on ${finding.other.date}. Check both.`,
        false,
      );
  }
  return byLine;
}

/** Only lines that speak of a transfer can begin one; the other side is sought by amount. */
export function maybeTransfer(run: Run, line: CodingLine): boolean {
  if (line.state !== 'booked' || line.amount.minor === 0n) return false;
  const { hinted, mentions } = hintsOf(run.accounts, legText(line), line.category, line.feedAccountId);
  return hinted || mentions.size > 0;
}

function legOf(run: Run, line: CodingLine, fresh: boolean, place: Place | undefined): Leg[] {
  const mapping = run.byAccount.get(line.feedAccountId);
  if (!mapping || line.state !== 'booked' || (mapping.startDate !== null && line.date < mapping.startDate)) return [];
  // Both sides of a transfer that was found already are no longer looked for.
  if (place && (place.kind === 'transfer' || place.relatedProposalId !== null)) return [];
  if (place && (place.state === 'excluded' || place.state === 'reversed')) return [];
  return [
    {
      lineId: line.id,
      feedAccountId: line.feedAccountId,
      ledger: ledgerKey(mapping.ledgerConnectionId, mapping.legalEntity),
      minor: line.amount.minor,
      currency: line.amount.currency,
      date: line.date,
      text: legText(line),
      category: line.category,
      fresh: fresh || (place?.state === 'needs_person' && place.codedBy === 'transfer'),
      free: place === undefined || isUntouched(place),
    },
  ];
}

function legText(line: CodingLine): string {
  return line.bankText === null || line.bankText === line.text ? line.text : `${line.text} ${line.bankText}`;
}

/** Coded by the app and not approved: it may be coded anew when the other side arrives. */
export function isUntouched(place: Place): boolean {
  return (
    place.kind === 'entry' && (place.state === 'ready' || place.state === 'needs_person') && place.codedBy !== 'person'
  );
}

function shortName(account: OwnAccount): string {
  return account.mask === null ? account.name : `${account.name} ${account.mask}`;
}
