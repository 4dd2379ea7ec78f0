import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical.ts';
import { base32, base32Number } from './ids.ts';

/**
 * The reference that an entry carries into the ledger: 20 characters, `DB` + 15 of stem + 3 of revision.
 *
 * The stem says which money it is: workspace, feed account, statement lines, kind of entry and generation, by the
 * *provider's* ids. It is therefore the same after a restored backup and on another computer, and a look-up by stem
 * finds the entry even if the restored copy has seen fewer edits (a lower revision) than the ledger.
 */
export const REFERENCE_LENGTH = 20;
export const STEM_LENGTH = 17;
const REVISION_LENGTH = REFERENCE_LENGTH - STEM_LENGTH;

export type StemParts = {
  readonly workspaceId: string;
  /** entry, transfer, pending, settlement, reversal, correction, journal */
  readonly kind: string;
  /** Provider ids of account and line, in any order; for a journal, the references it holds. */
  readonly members: readonly string[];
  /** Counts re-postings of the same lines after a reversal. */
  readonly generation: number;
};

/** 17 characters: `DB` and 75 bits of SHA-256. Two of a million entries collide with a chance of about 1 in 10^11. */
export function stemOf(parts: StemParts): string {
  const { workspaceId, kind, generation } = parts;
  const members = [...parts.members].sort();
  const digest = createHash('sha256').update(canonicalJson({ workspaceId, kind, members, generation })).digest();
  return `DB${base32(new Uint8Array(digest), STEM_LENGTH - 2)}`;
}

/** The reference of one revision of an entry. */
export function referenceOf(stem: string, revision: number): string {
  return stem + base32Number(revision, REVISION_LENGTH);
}

/** The stem inside a reference. */
export function stemIn(reference: string): string {
  return reference.slice(0, STEM_LENGTH);
}

/** True for a text that has the form of our references. */
export function isReference(text: string): boolean {
  return /^DB[0-9A-HJKMNP-TV-Z]{18}$/.test(text);
}
