/** Texts and payloads from outside, brought to sizes and forms that may rest in the workspace. */

/** Longest text of a field, in UTF-16 units. */
const TEXT_LIMIT = 1000;

/** Longest payload of one row, in UTF-16 units. A real row has 1,500 to 3,000. */
export const PAYLOAD_LIMIT = 65_536;

/** Cuts at a border of code points and repairs lone surrogates; absent and empty texts are null. */
export function cut(text: string | null | undefined, limit = TEXT_LIMIT): string | null {
  if (text === null || text === undefined || text === '') return null;
  if (text.length <= limit) return text.toWellFormed();
  const splitsPair = (text.codePointAt(limit - 1) ?? 0) > 0xffff;
  return text.slice(0, splitsPair ? limit - 1 : limit).toWellFormed();
}

/**
 * A row as received, as JSON text: account numbers of counterparties masked to their last four characters, because
 * full numbers never rest in clear. A row over `PAYLOAD_LIMIT` keeps every field, with long texts cut and marked; if
 * even that is too long, only its top-level plain fields remain.
 */
export function payloadOf(row: unknown): string {
  const whole = JSON.stringify(row) ?? 'null';
  const safe = NUMBERS_IN_TEXT.test(whole) ? JSON.stringify(row, maskNumbers) : whole;
  if (safe.length <= PAYLOAD_LIMIT) return safe;
  const shorter = JSON.stringify(JSON.parse(safe), shortenTexts);
  return shorter.length <= PAYLOAD_LIMIT ? shorter : JSON.stringify(plainFieldsOf(row));
}

const NUMBERS_IN_TEXT = /"account_numbers":[^n]/;
/** Where an account is kept, not which account it is. */
const BANK_CODES = new Set(['sort_code', 'bic']);

function maskNumbers(key: string, value: unknown): unknown {
  return key === 'account_numbers' ? maskedNumbers(value) : value;
}

function maskedNumbers(value: unknown): unknown {
  if (typeof value === 'string' || typeof value === 'number') return lastFour(String(value));
  if (Array.isArray(value)) return value.map(maskedNumbers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, BANK_CODES.has(key) ? inner : maskedNumbers(inner)]),
  );
}

/** "GB33BUKB20201555555555" becomes "••••5555"; four characters or fewer are hidden whole. */
export function lastFour(number: string): string {
  return number.length > 4 ? `••••${number.slice(-4)}` : '••••';
}

const KEPT_OF_LONG_TEXT = 1000;

function shortenTexts(_key: string, value: unknown): unknown {
  if (typeof value !== 'string' || value.length <= KEPT_OF_LONG_TEXT) return value;
  return `${cut(value, KEPT_OF_LONG_TEXT)}… [cut by Daybook, ${value.length} characters]`;
}

function plainFieldsOf(row: unknown): Record<string, unknown> {
  const fields = typeof row === 'object' && row !== null ? Object.entries(row).slice(0, 50) : [];
  const plain = fields.filter(([key, value]) => key.length <= 100 && (typeof value !== 'object' || value === null));
  return {
    ...Object.fromEntries(plain.map(([key, value]) => [key, shortenTexts(key, value)])),
    cut_by_daybook: 'Nested fields were left out because the row was too large.',
  };
}
