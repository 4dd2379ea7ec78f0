/** An IBAN with its check digits (ISO 13616, modulo 97). `bban` in capitals and digits. */
export function iban(country: string, bban: string): string {
  return `${country}${String(98n - rest(`${bban}${country}00`)).padStart(2, '0')}${bban}`;
}

/** The Belgian national part: ten digits and their own two check digits. */
export function belgian(tenDigits: string): string {
  const check = BigInt(tenDigits) % 97n;
  return `${tenDigits}${String(check === 0n ? 97n : check).padStart(2, '0')}`;
}

function rest(text: string): bigint {
  const digits = [...text].map((letter) => Number.parseInt(letter, 36)).join('');
  return BigInt(digits) % 97n;
}
