import type { LedgerEntry } from '../../core/entry.ts';
import { isReference } from '../../core/reference.ts';

/**
 * What stands in the notes of each line, and by which an entry is found and put together again: reference, which of how
 * many offsets this is (0: the bank's own side, on the general route only), and the entry's text.
 */
export type Note = {
  readonly reference: string;
  readonly index: number;
  readonly count: number;
  readonly text: string;
};

export function noteOf(entry: LedgerEntry, index: number): string {
  return `${entry.reference} ${index}/${entry.offsets.length} ${entry.text}`;
}

/** Null for the notes of other people. */
export function readNote(notes: string): Note | null {
  const match = /^(\S+) (\d{1,4})\/(\d{1,4})(?: (.*))?$/s.exec(notes);
  if (match === null) return null;
  const [, reference = '', index = '', count = '', text = ''] = match;
  return isReference(reference) ? { reference, index: Number(index), count: Number(count), text } : null;
}

/** Our reference in a text, wherever it stands: a person may have written before it. */
export function referenceIn(text: string): string | null {
  for (const word of text.toUpperCase().match(/\bDB[0-9A-HJKMNP-TV-Z]{18}\b/g) ?? [])
    if (isReference(word)) return word;
  return null;
}

/** Our reference on a line; a person may have moved it from the notes to the description. */
export function referenceOn(line: { readonly Notes: string; readonly Description: string }): string | null {
  return referenceIn(line.Notes) ?? referenceIn(line.Description);
}
