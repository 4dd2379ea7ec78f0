import type { ExportRow } from './export-day.ts';

/** One kind of movement in the three code lists. */
export type BankCode = {
  /** ISO 20022 external bank transaction codes: domain, family, sub-family. */
  readonly iso: readonly [string, string, string];
  /** SWIFT transaction type, field 61 sub-field 6. */
  readonly swift: string;
  /** BAI2 type code. */
  readonly bai: string;
};

type Kind = { readonly in: BankCode; readonly out: BankCode };

const code = (iso: string, swift: string, bai: string): BankCode => {
  const [domain = '', family = '', sub = ''] = iso.split('/');
  return { iso: [domain, family, sub], swift, bai };
};

const CHECK: Kind = { in: code('PMNT/RCHQ/CCHQ', 'NCHK', '174'), out: code('PMNT/ICHQ/CCHQ', 'NCHK', '475') };
const FEE: Kind = { in: code('PMNT/MCOP/CHRG', 'NCHG', '398'), out: code('PMNT/MDOP/CHRG', 'NCHG', '698') };
const INTEREST: Kind = { in: code('PMNT/MCOP/INTR', 'NINT', '354'), out: code('PMNT/MDOP/INTR', 'NINT', '654') };
const CARD: Kind = { in: code('PMNT/CCRD/OTHR', 'NMSC', '399'), out: code('PMNT/CCRD/POSD', 'NMSC', '455') };
const CASH: Kind = { in: code('PMNT/CNTR/CDPT', 'NMSC', '174'), out: code('PMNT/CNTR/CWDL', 'NMSC', '699') };
const TRANSFER: Kind = { in: code('PMNT/RCDT/OTHR', 'NTRF', '142'), out: code('PMNT/ICDT/OTHR', 'NTRF', '451') };
const OTHER: Kind = { in: code('PMNT/MCOP/OTHR', 'NMSC', '399'), out: code('PMNT/MDOP/OTHR', 'NMSC', '699') };

/**
 * The bank codes of a line. What a bank's own file said of it is kept in that code list; the rest is told from Plaid's
 * category and channel.
 * Sources: ISO 20022 external code sets (BankTransactionCode), SWIFT MT940 field 61, BAI2 appendix A.
 */
export function bankCodeOf(row: Pick<ExportRow, 'minor' | 'checkNumber' | 'category' | 'channel'>): BankCode {
  const kind = kindOf(row);
  const base = row.minor < 0n ? kind.out : kind.in;
  const own = row.category ?? '';
  const iso = /^([A-Z]{4})\/([A-Z]{4})\/([A-Z]{4})$/.exec(own);
  if (iso !== null) return { ...base, iso: [iso[1] ?? '', iso[2] ?? '', iso[3] ?? ''] };
  const swift = /^([NSF][A-Z0-9]{3})(?:\/|$)/.exec(own)?.[1];
  if (swift !== undefined) return { ...base, swift };
  if (/^[1-3]\d\d$/.test(own) && row.minor >= 0n) return { ...base, bai: own };
  if (/^[4-6]\d\d$/.test(own) && row.minor <= 0n) return { ...base, bai: own };
  return base;
}

function kindOf({ checkNumber, category, channel }: Pick<ExportRow, 'checkNumber' | 'category' | 'channel'>): Kind {
  const words = (category ?? '').toUpperCase();
  if (checkNumber !== null || /NCHK|CHECK$|[IR]CHQ/.test(words)) return CHECK;
  if (/INTEREST|NINT|\/INTR$|^INT$/.test(words)) return INTEREST;
  if (/BANK_FEES|NCHG|\/CHRG$|^FEE$|SRVCHG/.test(words)) return FEE;
  if (/ATM|CASH|CWDL|CDPT/.test(words)) return CASH;
  if (/TRANSFER|NTRF|[IR]CDT|XFER|DIRECTDEP|DIRECTDEBIT|LOAN_PAYMENTS|INCOME/.test(words)) return TRANSFER;
  if (channel === 'in store' || channel === 'online' || /POS|CCRD/.test(words)) return CARD;
  return OTHER;
}
