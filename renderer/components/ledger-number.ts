const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The number by which a person finds a journal in the ledger: its number, or the voucher where the ledger knows journals
 * only by an id that nobody reads. Null while the ledger has given none.
 */
export function ledgerNumber(journalNumber: string | null, voucher: string | null): string | null {
  if (journalNumber === null || !GUID.test(journalNumber)) return journalNumber;
  return voucher ?? journalNumber.slice(0, 8);
}

/** Journal and voucher in one text, each once. */
export function ledgerNumbers(journalNumber: string | null, voucher: string | null): string | null {
  const numbers = new Set([ledgerNumber(journalNumber, voucher), voucher].filter((number) => number !== null));
  return numbers.size === 0 ? null : [...numbers].join(' · ');
}
