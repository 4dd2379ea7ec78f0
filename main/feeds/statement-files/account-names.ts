import type { FileAccount } from '../../statement-files/statement.ts';

/** An account number as files write it; only ever in memory. */
export type AccountNumber = Pick<FileAccount, 'bank'> & { readonly number: string };

/**
 * Every way in which an account may be written, so that the IBAN of one file and the bank code and number of another are
 * found to be one: the number itself, with its bank code, and for German bank codes the IBAN that they make.
 */
export function accountNames({ number, bank }: AccountNumber): ReadonlySet<string> {
  const plain = normalised(number);
  const names = new Set<string>();
  const german = /^DE\d{2}(\d{8})(\d{10})$/.exec(plain);
  if (german !== null) names.add(`${german[1]}/${trimmed(german[2] ?? '')}`);
  if (bank === null || german !== null) names.add(plain);
  if (bank !== null && german === null) {
    const code = normalised(bank);
    names.add(`${code}/${trimmed(plain)}`);
    if (/^\d{8}$/.test(code) && /^\d{1,10}$/.test(plain)) names.add(germanIban(code, plain));
  }
  return names;
}

export function sameAccount(a: AccountNumber, b: AccountNumber): boolean {
  const names = accountNames(a);
  return [...accountNames(b)].some((name) => names.has(name));
}

export function normalised(number: string): string {
  return number.replace(/[^0-9A-Za-z]/g, '').toUpperCase();
}

export function isIban(number: string): boolean {
  const plain = normalised(number);
  return /^[A-Z]{2}\d{2}[A-Z0-9]{10,30}$/.test(plain) && checksum(plain) === 1n;
}

function trimmed(number: string): string {
  return number.replace(/^0+(?=.)/, '');
}

function germanIban(bank: string, number: string): string {
  const own = `${bank}${number.padStart(10, '0')}`;
  const check = 98n - checksum(`DE00${own}`);
  return `DE${String(check).padStart(2, '0')}${own}`;
}

/** ISO 13616: the first four characters go to the end, letters become 10 to 35; the remainder of 97 is 1. */
function checksum(iban: string): bigint {
  const digits = `${iban.slice(4)}${iban.slice(0, 4)}`.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
  return BigInt(digits) % 97n;
}
