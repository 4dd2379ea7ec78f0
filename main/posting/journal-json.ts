import { z } from 'zod';
import { canonicalJson, sha256 } from '../core/canonical.ts';
import type { LedgerEntry, LedgerJournal } from '../core/entry.ts';
import { decimalText, money } from '../core/money.ts';

/**
 * A journal as the text that stands in the post record: the exact request that was approved, amounts as decimal texts.
 * After a crash the send is repeated from this text and never from the proposals.
 */
export function journalToJson(journal: LedgerJournal): string {
  return canonicalJson({
    reference: journal.reference,
    legalEntity: journal.legalEntity,
    journalName: journal.journalName,
    description: journal.description,
    entries: journal.entries.map((entry) => entryFields(entry)),
  });
}

/** An entry as the text that stands in its posting. */
export function entryToJson(entry: LedgerEntry): string {
  return canonicalJson(entryFields(entry));
}

export function journalFromJson(text: string): LedgerJournal {
  return journalSchema.parse(JSON.parse(text));
}

export function entryFromJson(text: string): LedgerEntry {
  return entrySchema.parse(JSON.parse(text));
}

/** SHA-256 of the exact request. */
export function journalHash(journal: LedgerJournal): string {
  return sha256(journalToJson(journal));
}

function entryFields(entry: LedgerEntry) {
  return {
    reference: entry.reference,
    accountType: entry.accountType,
    account: entry.account,
    dimensions: entry.dimensions,
    date: entry.date,
    amount: decimalText(entry.amount),
    currency: entry.amount.currency,
    text: entry.text,
    offsets: entry.offsets.map((offset) => ({
      accountType: offset.accountType,
      account: offset.account,
      dimensions: offset.dimensions,
      amount: decimalText(offset.amount),
      text: offset.text,
    })),
  };
}

const accountType = z.enum(['ledger', 'bank', 'customer', 'vendor']);
const dimensions = z.record(z.string(), z.string());

const entrySchema = z
  .object({
    reference: z.string(),
    accountType,
    account: z.string(),
    dimensions,
    date: z.string(),
    amount: z.string(),
    currency: z.string(),
    text: z.string(),
    offsets: z.array(z.object({ accountType, account: z.string(), dimensions, amount: z.string(), text: z.string() })),
  })
  .transform(
    ({ amount, currency, offsets, ...rest }): LedgerEntry => ({
      ...rest,
      amount: money(amount, currency),
      offsets: offsets.map((offset) => ({ ...offset, amount: money(offset.amount, currency) })),
    }),
  );

const journalSchema = z.object({
  reference: z.string(),
  legalEntity: z.string(),
  journalName: z.string(),
  description: z.string(),
  entries: z.array(entrySchema),
});
