import { type CalendarDate, daysBetween } from '../core/calendar.ts';
import { foldText } from './text.ts';

/** Sides of a transfer between own accounts are at most so many days apart. */
export const TRANSFER_DAYS = 5;

/** One possible side of a transfer between own accounts. */
export type Leg = {
  readonly lineId: number;
  readonly feedAccountId: string;
  /** Ledger connection and legal entity: a transfer never crosses legal entities. */
  readonly ledger: string;
  /** Positive = money into the account. */
  readonly minor: bigint;
  readonly currency: string;
  readonly date: CalendarDate;
  readonly text: string;
  readonly category: string | null;
  /** Seen for the first time, or still waiting for its other side. A finding needs one such line. */
  readonly fresh: boolean;
  /** False: already booked, so it can be named as the other side but not be paired any more. */
  readonly free: boolean;
};

/** How an own account is named in the texts of the others. */
export type OwnAccount = {
  readonly feedAccountId: string;
  readonly ledger: string;
  readonly name: string;
  readonly mask: string | null;
};

export type TransferFinding =
  | { readonly kind: 'pair'; readonly out: Leg; readonly in: Leg }
  /** The only other side is booked already. */
  | { readonly kind: 'booked'; readonly leg: Leg; readonly other: Leg }
  /** Several lines could be the other side. */
  | { readonly kind: 'tie'; readonly leg: Leg; readonly others: readonly Leg[] }
  /** An equal amount, but only one of the two texts speaks of a transfer. */
  | { readonly kind: 'weak'; readonly leg: Leg; readonly other: Leg }
  /** Its text names another own account, and the other side has not arrived. */
  | { readonly kind: 'waiting'; readonly leg: Leg; readonly other: OwnAccount };

/** "SEPA Overboeking" and a plain "virement" are said of any payment in the Netherlands, Belgium and France. */
const WORDS =
  /\b(transfer(s|red)?|xfer|trnsfr|tfr|trf|sweep|own account|(?<!sepa[ -])overboeking|virement (interne|de compte a compte)|umbuchung|payment thank you)\b/u;
/** Categories that say "between accounts". TRANSFER_IN_DEPOSIT and the like are said of any payment. */
const CATEGORIES = /^(TRANSFER_(IN|OUT)_(ACCOUNT_TRANSFER|SAVINGS)|LOAN_PAYMENTS_CREDIT_CARD_PAYMENT)/;

/**
 * Pairs lines that are the two sides of one transfer between own accounts. An equal amount alone is weak: both texts
 * must speak of a transfer, or one must name the other's account. The same day goes before other days; whatever could
 * pair in two ways is a tie and is left to a person.
 */
export function findTransfers(legs: readonly Leg[], accounts: readonly OwnAccount[]): TransferFinding[] {
  const noted = new Map<number, Hints>();
  const note = (leg: Leg): Hints => {
    const known = noted.get(leg.lineId);
    if (known) return known;
    const made = hintsOf(accounts, leg.text, leg.category, leg.feedAccountId);
    noted.set(leg.lineId, made);
    return made;
  };
  const edges: Edge[] = [];
  for (const group of Map.groupBy(legs, groupKey).values()) {
    const ins = group.filter((leg) => leg.minor > 0n).sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
    if (ins.length === 0) continue;
    for (const out of group) {
      if (out.minor >= 0n) continue;
      for (let at = firstFrom(ins, out.date); at < ins.length; at++) {
        const into = ins[at];
        if (!into) break;
        const apart = daysBetween(out.date, into.date);
        if (apart > TRANSFER_DAYS) break;
        if (into.feedAccountId === out.feedAccountId || !(out.free || into.free)) continue;
        if (!(out.fresh || into.fresh)) continue;
        const strength = strengthOf(out, note(out), into, note(into));
        if (strength !== 'none') edges.push({ out, in: into, apart: Math.abs(apart), strength });
      }
    }
  }
  const findings = settle(edges, (leg) => note(leg).hinted);
  const told = new Set(findings.flatMap((f) => (f.kind === 'pair' ? [f.out.lineId, f.in.lineId] : [f.leg.lineId])));
  for (const leg of legs) {
    const { hinted, mentions } = note(leg);
    if (!leg.free || !leg.fresh || !hinted || mentions.size === 0 || told.has(leg.lineId)) continue;
    const other = accounts.find((account) => mentions.has(account.feedAccountId) && account.ledger === leg.ledger);
    if (other) findings.push({ kind: 'waiting', leg, other });
  }
  return findings;
}

type Edge = { readonly out: Leg; readonly in: Leg; readonly apart: number; readonly strength: Strength };
type Strength = 'mutual' | 'strong' | 'weak' | 'none';

function strengthOf(out: Leg, a: Hints, into: Leg, b: Hints): Strength {
  // A text that names another own account speaks against this one.
  if (a.mentions.size > 0 && !a.mentions.has(into.feedAccountId)) return 'none';
  if (b.mentions.size > 0 && !b.mentions.has(out.feedAccountId)) return 'none';
  if (a.mentions.size > 0 && b.mentions.size > 0) return 'mutual';
  if (a.mentions.size > 0 || b.mentions.size > 0) return 'strong';
  if (a.hinted && b.hinted) return 'strong';
  // One text speaks of a transfer, and the bank's category on the other side agrees.
  if ((a.hinted && b.vague) || (b.hinted && a.vague)) return 'strong';
  return a.hinted || b.hinted ? 'weak' : 'none';
}

function settle(edges: readonly Edge[], hinted: (leg: Leg) => boolean): TransferFinding[] {
  const findings: TransferFinding[] = [];
  const done = new Set<number>();
  const open = (edge: Edge) => !done.has(edge.out.lineId) && !done.has(edge.in.lineId);
  const strong = edges.filter((edge) => edge.strength !== 'weak');
  const mutual = edges.filter((edge) => edge.strength === 'mutual');
  const sameDay = (list: readonly Edge[]) => list.filter((edge) => edge.apart === 0);
  for (const round of [sameDay(mutual), sameDay(strong), mutual, strong]) {
    const left = round.filter(open);
    const degree = degrees(left);
    for (const edge of left) {
      if (degree.get(edge.out.lineId) !== 1 || degree.get(edge.in.lineId) !== 1) continue;
      done.add(edge.out.lineId).add(edge.in.lineId);
      if (edge.out.free && edge.in.free) findings.push({ kind: 'pair', out: edge.out, in: edge.in });
      else
        findings.push(
          edge.out.free
            ? { kind: 'booked', leg: edge.out, other: edge.in }
            : { kind: 'booked', leg: edge.in, other: edge.out },
        );
    }
  }
  const tied = new Map<Leg, Leg[]>();
  for (const edge of strong.filter(open))
    for (const [leg, other] of [
      [edge.out, edge.in],
      [edge.in, edge.out],
    ] as const)
      if (leg.free) tied.set(leg, [...(tied.get(leg) ?? []), other]);
  for (const [leg, others] of tied) {
    done.add(leg.lineId);
    findings.push({ kind: 'tie', leg, others });
  }
  for (const edge of edges.filter((candidate) => candidate.strength === 'weak' && open(candidate))) {
    const [leg, other] = hinted(edge.out) ? [edge.out, edge.in] : [edge.in, edge.out];
    if (!leg.free || done.has(leg.lineId)) continue;
    done.add(leg.lineId);
    findings.push({ kind: 'weak', leg, other });
  }
  return findings;
}

function degrees(edges: readonly Edge[]): Map<number, number> {
  const degree = new Map<number, number>();
  for (const edge of edges)
    for (const id of [edge.out.lineId, edge.in.lineId]) degree.set(id, (degree.get(id) ?? 0) + 1);
  return degree;
}

function groupKey(leg: Leg): string {
  return `${leg.ledger}\u0000${leg.currency}\u0000${leg.minor < 0n ? -leg.minor : leg.minor}`;
}

/** Where in a list sorted by date the window of a date begins. */
function firstFrom(legs: readonly Leg[], date: CalendarDate): number {
  let low = 0;
  let high = legs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const leg = legs[middle];
    if (leg && daysBetween(leg.date, date) > TRANSFER_DAYS) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What a line's words say about a transfer. */
export type Hints = {
  /** It speaks of one: a word, or a category that means nothing else. */
  readonly hinted: boolean;
  /** Its category calls it a transfer, as it calls many payments. */
  readonly vague: boolean;
  /** Feed account ids of the other own accounts that it names. */
  readonly mentions: ReadonlySet<string>;
};

export function hintsOf(
  accounts: readonly OwnAccount[],
  text: string,
  category: string | null,
  feedAccountId: string,
): Hints {
  const folded = foldText(text);
  const mentions = new Set<string>();
  for (const account of accounts)
    if (account.feedAccountId !== feedAccountId && readerOf(account)(folded)) mentions.add(account.feedAccountId);
  return {
    hinted: WORDS.test(folded) || CATEGORIES.test(category ?? ''),
    vague: category?.startsWith('TRANSFER_') ?? false,
    mentions,
  };
}

const readers = new WeakMap<OwnAccount, (folded: string) => boolean>();
function readerOf(account: OwnAccount): (folded: string) => boolean {
  const known = readers.get(account);
  if (known) return known;
  const made = mentionOf(account);
  readers.set(account, made);
  return made;
}

/**
 * How a text names an account: by its full name of two words or more, or by its mask where the digits before it are
 * hidden, or where a word announces it. Four digits alone are anything.
 */
function mentionOf(account: OwnAccount): (folded: string) => boolean {
  const name = foldText(account.name);
  const named = name.includes(' ') && name.length >= 8 ? name : null;
  const mask = account.mask !== null && /^\d{4,}$/.test(account.mask) ? account.mask : null;
  const masked =
    mask === null
      ? null
      : new RegExp(
          `(?:[x*#•.]|\\b(?:to|from|in|acct|account|a/c|chk|checking|sav|savings|card|ending|no|acc|transfer|xfer|payment|autopay)[ :.#-]*)${mask}(?!\\d)`,
          'u',
        );
  return (folded) => (named !== null && folded.includes(named)) || (masked?.test(folded) ?? false);
}
