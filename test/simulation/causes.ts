/**
 * What people and the world did that is a reason to ask a person. Recorded by whoever does it; an entry that waits for a
 * person without a cause here was asked about for nothing.
 */
export type Cause =
  /** Somebody changed, deleted or split this entry in the ledger. */
  | { readonly kind: 'touched'; readonly stem: string }
  /** Somebody changed it after the ledger had booked it for good: it was followed no more. */
  | { readonly kind: 'edited_when_booked'; readonly stem: string }
  /** A legal entity would not take entries for a while: closed period, locked journal, blocked account. */
  | { readonly kind: 'ledger_refuses'; readonly legalEntity: string }
  /** Others put entries into a bank journal, or took some out of its chain. */
  | { readonly kind: 'journal_disturbed'; readonly legalEntity: string }
  /** An entry was taken out of the chain of balances, or somebody had the next one open elsewhere. */
  | { readonly kind: 'chain_broken'; readonly legalEntity: string }
  /** A person let an entry of the ledger count that is not what was approved. */
  | { readonly kind: 'accepted_difference'; readonly legalEntity: string }
  /** Somebody decided to post into a period that later ones follow: the later entries keep their balances. */
  | { readonly kind: 'backdated'; readonly legalEntity: string }
  /** The sign-in may be gone: renewed elsewhere, its answer lost, taken back, of an older backup. */
  | { readonly kind: 'sign_in_lost' }
  | { readonly kind: 'bank_login'; readonly of: string }
  /** A backup came back, or a copy lives on a second computer: approvals and edits since then are not known there. */
  | { readonly kind: 'copied' };

export type Causes = {
  add(cause: Cause): void;
  isTouched(stem: string): boolean;
  editedWhenBooked(stem: string): boolean;
  ledgerRefused(legalEntity: string): boolean;
  journalDisturbed(legalEntity: string): boolean;
  backdated(legalEntity: string): boolean;
  chainBroken(legalEntity: string): boolean;
  acceptedDifference(legalEntity: string): boolean;
  has(kind: Cause['kind']): boolean;
  count(kind: Cause['kind']): number;
  /** What a person was asked although nothing had happened. */
  readonly needless: string[];
};

export function createCauses(): Causes {
  const counts = new Map<Cause['kind'], number>();
  /** Kind and what it is about. */
  const about = new Set<string>();
  const keyOf = (kind: Cause['kind'], of: string) => `${kind} ${of.toUpperCase()}`;
  const isKnown = (kind: Cause['kind']) => (of: string) => about.has(keyOf(kind, of));
  return {
    add: (cause) => {
      counts.set(cause.kind, (counts.get(cause.kind) ?? 0) + 1);
      if ('stem' in cause) about.add(keyOf(cause.kind, cause.stem));
      if ('legalEntity' in cause) about.add(keyOf(cause.kind, cause.legalEntity));
    },
    isTouched: isKnown('touched'),
    editedWhenBooked: isKnown('edited_when_booked'),
    ledgerRefused: isKnown('ledger_refuses'),
    journalDisturbed: isKnown('journal_disturbed'),
    acceptedDifference: isKnown('accepted_difference'),
    chainBroken: isKnown('chain_broken'),
    backdated: isKnown('backdated'),
    has: (kind) => counts.has(kind),
    needless: [],
    count: (kind) => counts.get(kind) ?? 0,
  };
}
