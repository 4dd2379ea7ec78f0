import { expect, test } from 'vitest';
import type { ErrorCode } from '../../core/errors.ts';
import { exactError, exactText, isBusinessRefusal } from './errors.ts';

const body = (value: string) => JSON.stringify({ error: { code: '', message: { lang: '', value } } });
const write = (status: number, text: string) => exactError('write', { status, body: body(text) });

test.each<[string, ErrorCode]>([
  ['Opening balance plus all bank entry lines should result in the closing balance', 'entry_unbalanced'],
  ['This entry is not balanced on: 2021 / 12 (Type: Other) - Difference: EUR 1.000,00', 'entry_unbalanced'],
  ['Invalid journal. The journal must be a cash journal.', 'journal_invalid'],
  ['Ongeldig: Dagboek', 'journal_invalid'],
  ['Geblokkeerd: Dagboek', 'journal_invalid'],
  ['Ongeldig: Grootboekrekeningtype', 'account_invalid'],
  ['Ungültig: Sachkonto', 'account_invalid'],
  ['Invalid: Account', 'account_invalid'],
  ['Geblokkeerd: Grootboekrekening', 'account_blocked'],
  ['Gegeven bestaat reeds.', 'record_conflict'],
  ['Afgesloten: Periode', 'period_closed'],
  ['Closed: Period', 'period_closed'],
  ['Ongeldig: Boekjaar', 'period_closed'],
  ['Verplicht: Kostenplaats', 'dimension_missing'],
  ['Mandatory: VAT code', 'dimension_missing'],
  ['Invalid: Cost unit', 'dimension_invalid'],
  ['Ongeldig: Valuta', 'currency_not_allowed'],
  ['Mandatory: Date', 'entry_incomplete'],
  ['Mandatory: Account', 'entry_incomplete'],
  ['The financial year cannot be changed.', 'entry_refused'],
  ['Privatentnahme nicht erlaubt', 'entry_refused'],
])('validation "%s" means %s, and is never tried again by itself', (text, code) => {
  const error = write(500, text);
  expect(error.code).toBe(code);
  if (code !== 'record_conflict') expect(error.message).toContain(text.replace(/\.$/, ''));
  expect(isBusinessRefusal(500, body(text))).toBe(true);
  if (code !== 'record_conflict') expect(error.retryable).toBe(false);
});

test.each([
  [500, ''],
  [500, '<html>Server Error</html>'],
  [500, body('')],
  [500, body('Timeout expired. The timeout period elapsed prior to completion of the operation.')],
  [500, body('Object reference not set to an instance of an object.')],
  [502, body('Ongeldig: Dagboek')],
  [503, ''],
])('%s %s is trouble of the server and refuses nothing', (status, text) => {
  expect(isBusinessRefusal(status, text)).toBe(false);
  expect(exactError('read', { status, body: text })).toMatchObject({ code: 'provider_down', retryable: true });
});

test('a read refuses no entry, whatever its words', () => {
  const error = exactError('read', { status: 500, body: body('Ongeldig: Dagboek') });
  expect(error).toMatchObject({ code: 'answer_unexpected', retryable: false });
});

test('each way of being forbidden names what to do', () => {
  const said = (text: string) => exactError('read', { status: 403, body: body(text) });
  expect(said('Forbidden - User division is not within division scope').message).toContain('Manage companies');
  const scope = said("Forbidden - Application Scope Violated. Cannot read 'organization.administration' scope.");
  expect(scope.message).toContain('the scope organization.administration');
  expect(said('').message).toContain('ask the administrator');
  for (const text of ['', 'x']) expect(said(text).code).toBe('not_permitted');
});

test('statuses without words have their meaning', () => {
  const codes = [400, 401, 404, 409, 429].map((status) => exactError('read', { status, body: '' }).code);
  expect(codes).toEqual(['answer_unexpected', 'signed_out', 'not_found', 'record_conflict', 'rate_limited']);
});

test('a text shows no whole account number and no secret, and stays short', () => {
  const error = write(500, `IBAN NL91ABNA0417164300 of ${'x'.repeat(500)}`);
  expect(error.message).not.toContain('NL91ABNA0417164300');
  expect(error.message).toContain('…4300');
  expect(error.message.length).toBeLessThan(340);
  expect(exactText('{"error":{"message":"plain"}}')).toBe('plain');
});
