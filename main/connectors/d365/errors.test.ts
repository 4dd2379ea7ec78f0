import { expect, test } from 'vitest';
import { codeOfText, d365Error, erpText, isErpRefusal, parseInfolog } from './errors.ts';

const infolog = (message: string) =>
  JSON.stringify({
    error: {
      code: '',
      message: 'An error has occurred.',
      innererror: { message, type: 'Microsoft.Dynamics…', stacktrace: '   at X.Y(Z)' },
    },
  });
const failed = (text: string) => infolog(`Write failed for table row of type 'E'. Infolog: ${text}`);
const write = (status: number, body: string, retryAfterMs?: number) =>
  d365Error('write', { status, body, retryAfterMs });

test('an Infolog is taken apart by its levels, and a semicolon inside a text stays', () => {
  const message = "Write failed. Infolog: Info: a; Warning: The value 'x; y' is odd; Error: No way.;";
  expect(parseInfolog(message)).toEqual([
    { level: 'info', text: 'a' },
    { level: 'warning', text: "The value 'x; y' is odd" },
    { level: 'error', text: 'No way.' },
  ]);
  expect(parseInfolog('no such thing')).toEqual([]);
});

test('the reason is shown, not the name of the method that found it', () => {
  const body = failed(
    "Warning: The value 'Local' in field 'Customer group' is not found.; Error: validateField failed on field 'E.F'.",
  );
  expect(erpText(body)).toBe("The value 'Local' in field 'Customer group' is not found.");
});

test('a custom service, a plain OData error and a web page are told apart', () => {
  expect(erpText('{"Message":"No HTTP resource was found"}')).toBe('No HTTP resource was found');
  expect(erpText('{"error":{"code":"","message":"Bad request"}}')).toBe('Bad request');
  expect(erpText('<html>gateway</html>')).toBeNull();
  expect(isErpRefusal(failed('Error: no'))).toBe(true);
  expect(isErpRefusal('{"error":{"message":"An error has occurred."}}')).toBe(false);
});

test.each([
  ['Fiscal period for 11/20/2026 is not open', 'period_closed'],
  ["The value 'x' in field 'Account' is not found in the related table 'Bank accounts'.", 'bank_account_invalid'],
  ["The value 'x' in field 'Main account' is not found in the related table 'Main accounts'.", 'account_invalid'],
  ["The value 'x' in field 'Name' is not found in the related table 'Journal names'.", 'journal_invalid'],
  ["The value 'XYZ' in field 'Currency' is not found in the related table 'Currencies'.", 'currency_not_allowed'],
  ["The value '9' in field 'CostCenter' is not found in the related table 'Dimension values'.", 'dimension_invalid'],
  ["Field 'Account' must be filled in.", 'entry_incomplete'],
  ['Dimension Department is required for main account 601000', 'dimension_missing'],
  ['Main account 690000 is suspended.', 'account_blocked'],
  [
    'Cannot edit a record in Ledger journal table (LedgerJournalTable). An update conflict occurred due to another user process deleting the record or changing one or more fields in the record.',
    'record_conflict',
  ],
  ['Cannot create a record in Journal lines (LedgerJournalTrans). The record already exists..', 'record_conflict'],
  ['Journal HPGM-00001 is in use by user Ann', 'record_conflict'],
  [
    "The value '00461' in field 'Journal batch number' is not found in the related table 'Ledger journal table'.",
    'record_conflict',
  ],
  ['The SQL database has issued an error.', 'provider_busy'],
  ["The transactions on a specific voucher don't balance as of a certain date", 'entry_unbalanced'],
  ['Something nobody has seen', 'entry_refused'],
] as const)('%s → %s', (text, code) => {
  for (const status of [400, 500]) expect(write(status, failed(`Error: ${text}`)).code).toBe(code);
});

test('a status speaks where the words are not known', () => {
  expect(write(429, '', 5000)).toMatchObject({ code: 'rate_limited', retryable: true, retryAfterMs: 5000 });
  expect(write(401, '')).toMatchObject({ code: 'registration_needed' });
  expect(write(403, '')).toMatchObject({ code: 'not_permitted' });
  expect(write(404, '{"error":{"innererror":{"message":"Resource not found for the segment \'X\'."}}}').code).toBe(
    'not_found',
  );
  expect(write(412, '')).toMatchObject({ code: 'record_conflict' });
  expect(write(503, '<html>')).toMatchObject({ code: 'provider_down' });
  expect(write(500, '<html>')).toMatchObject({ code: 'provider_down' });
  expect(write(400, 'what')).toMatchObject({ code: 'answer_unexpected' });
});

test('a read never refuses an entry', () => {
  const body = failed("Error: The value 'x' in field 'Main account' is not found");
  expect(d365Error('read', { status: 400, body, retryAfterMs: undefined }).code).toBe('answer_unexpected');
});

test('a read that fails inside the server is worth trying again', () => {
  const read = (body: string) => d365Error('read', { status: 500, body, retryAfterMs: undefined });
  const generic =
    '{"error":{"code":"","message":"An error has occurred.","innererror":{"message":"","stacktrace":""}}}';
  for (const body of ['{"Message":"An error has occurred."}', generic, failed('Error: Something nobody has seen')])
    expect(read(body)).toMatchObject({ code: 'provider_down', retryable: true });
});

test('neither stack traces nor whole account numbers nor long texts reach a person', () => {
  const error = write(400, failed(`Error: Bank account DE89370400440532013000 ${'is wrong '.repeat(100)}`));
  expect(error.message).not.toContain('370400440532013000');
  expect(error.message).not.toContain('   at ');
  expect(error.message.length).toBeLessThan(360);
  expect(codeOfText('anything else')).toBeUndefined();
});
