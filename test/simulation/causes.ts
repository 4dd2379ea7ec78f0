/**
 * What people and the world did that is a reason to ask a person. Recorded by whoever does it; an entry that waits for a
 * person without a cause here was asked about for nothing.
 */
export type Cause =
  /** Somebody changed, deleted or split this entry in the ledger. */
  | { readonly kind: 'touched'; readonly stem: string }
  /** A legal entity would not take entries for a while: closed period, locked journal, blocked account. */
  | { readonly kind: 'ledger_refuses'; readonly legalEntity: string }
  /** Others put entries into a bank journal, or took some out of its chain. */
  | { readonly kind: 'journal_disturbed'; readonly legalEntity: string }
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
  ledgerRefused(legalEntity: string): boolean;
  journalDisturbed(legalEntity: string): boolean;
  backdated(legalEntity: string): boolean;
  acceptedDifference(legalEntity: string): boolean;
  has(kind: Cause['kind']): boolean;
  count(kind: Cause['kind']): number;
  /** What a person was asked although nothing had happened. */
  readonly needless: string[];
};

export function createCauses(): Causes {
  const touched = new Set<string>();
  const refusing = new Set<string>();
  const disturbed = new Set<string>();
  const backdated = new Set<string>();
  const accepted = new Set<string>();
  const counts = new Map<Cause['kind'], number>();
  return {
    add: (cause) => {
      counts.set(cause.kind, (counts.get(cause.kind) ?? 0) + 1);
      if (cause.kind === 'touched') touched.add(cause.stem);
      if (cause.kind === 'ledger_refuses') refusing.add(cause.legalEntity.toUpperCase());
      if (cause.kind === 'journal_disturbed') disturbed.add(cause.legalEntity.toUpperCase());
      if (cause.kind === 'accepted_difference') accepted.add(cause.legalEntity.toUpperCase());
      if (cause.kind === 'backdated') backdated.add(cause.legalEntity.toUpperCase());
    },
    isTouched: (stem) => touched.has(stem),
    ledgerRefused: (legalEntity) => refusing.has(legalEntity.toUpperCase()),
    journalDisturbed: (legalEntity) => disturbed.has(legalEntity.toUpperCase()),
    acceptedDifference: (legalEntity) => accepted.has(legalEntity.toUpperCase()),
    backdated: (legalEntity) => backdated.has(legalEntity.toUpperCase()),
    has: (kind) => counts.has(kind),
    needless: [],
    count: (kind) => counts.get(kind) ?? 0,
  };
}
