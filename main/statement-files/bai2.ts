import type { CalendarDate } from '../core/calendar.ts';
import { allFields, type BaiRecord, recordsOf } from './bai2-records.ts';
import { quoted, Refusal, refuse } from './refusal.ts';
import type { Balance, RefusedStatement, Statement, StatementRow } from './statement.ts';
import { movementOf, proveStatement } from './tie.ts';
import { knownCurrency, oneLine, orNull, shortDate } from './values.ts';

export type Bai2File = { readonly statements: Statement[]; readonly refused: RefusedStatement[] };

/**
 * BAI2 cash management reports. Every control total and record count of the file is checked. Amounts are minor units
 * without a point; the currency is the account's, else the group's, else dollar.
 * Source: Cash Management Balance Reporting Specifications, Version 2 (BAI).
 */
export async function readBai2(text: string, breathe: () => Promise<void>): Promise<Bai2File> {
  const file: Bai2File = { statements: [], refused: [] };
  const records = recordsOf(text);
  const [head] = records;
  if (head?.code !== '01') refuse(head?.line ?? 1, 'The file does not begin with a file header (01).');
  let group: Group | null = null;
  let fileSum = 0n;
  let groups = 0n;
  let ended = false;
  for (let at = 1; at < records.length; at += 1) {
    const record = records[at];
    if (record === undefined) break;
    if (ended) refuse(record.line, 'Something stands after the end of the file (99).');
    if (record.code === '02') {
      if (group !== null) refuse(record.line, 'A group begins before the one before it has ended (98).');
      group = startGroup(record);
    } else if (record.code === '03') {
      if (group === null) refuse(record.line, 'An account stands outside of any group (02).');
      const end = records.findIndex((one, index) => index > at && one.code !== '16');
      const trailer = records[end];
      if (trailer?.code !== '49') refuse(record.line, 'The account has no end (49): the file was cut off.');
      const rows = records.slice(at + 1, end);
      await breathe();
      readAccount(file, group, { record, rows, trailer });
      at = end;
    } else if (record.code === '98') {
      if (group === null) refuse(record.line, 'A group ends (98) that has not begun.');
      fileSum += endGroup(group, record);
      groups += 1n;
      group = null;
    } else if (record.code === '99') {
      if (group !== null) refuse(record.line, 'The file ends before its group (98).');
      agree(record, 0, fileSum, 'sum of the file (99)');
      agree(record, 1, groups, 'number of groups (99)');
      agree(record, 2, BigInt(records.reduce((sum, one) => sum + one.count, 0)), 'number of records (99)');
      ended = true;
    } else refuse(record.line, `A record ${quoted(record.code)} stands where none may.`);
  }
  if (!ended) refuse(records.at(-1)?.line ?? 1, 'The file has no end (99): it was cut off.');
  if (file.statements.length === 0 && file.refused.length === 0) refuse(head.line, 'The file holds no account.');
  return file;
}

type Group = {
  readonly line: number;
  readonly day: CalendarDate | null;
  readonly currency: string | null;
  /** Why nothing of it can be taken in; null = it can. */
  readonly unusable: string | null;
  sum: bigint;
  accounts: bigint;
  records: number;
};

function startGroup(record: BaiRecord): Group {
  const [, , status = '', day = '', , currency = '', modifier = ''] = record.fields;
  const unusable =
    status === '2'
      ? 'The bank takes this group back (status 2).'
      : status === '3'
        ? 'The bank corrects an earlier report with this group (status 3). Compare both by hand.'
        : status === '4'
          ? 'The bank marks this group as a test (status 4).'
          : modifier === '3'
            ? 'This is a report within the day, whose movements may still change. Ask the bank for the previous day.'
            : null;
  const line = record.line;
  return {
    line,
    day: shortDate(day),
    currency: orNull(currency),
    unusable,
    sum: 0n,
    accounts: 0n,
    records: record.count,
  };
}

function endGroup(group: Group, record: BaiRecord): bigint {
  agree(record, 0, group.sum, 'sum of the group (98)');
  agree(record, 1, group.accounts, 'number of accounts (98)');
  agree(record, 2, BigInt(group.records + record.count), 'number of records (98)');
  return group.sum;
}

type Account = { readonly record: BaiRecord; readonly rows: readonly BaiRecord[]; readonly trailer: BaiRecord };

function readAccount(file: Bai2File, group: Group, { record, rows, trailer }: Account): void {
  const count = [record, ...rows, trailer].reduce((sum, one) => sum + one.count, 0);
  group.accounts += 1n;
  group.records += count;
  // The control totals of the group stand on what the account states, so they are read even if it is refused.
  group.sum += whole(trailer.fields[0] ?? '', trailer.line, 'The sum of the account (49)');
  const number = orNull(record.fields[0]);
  const currency = orNull(record.fields[1]) ?? group.currency ?? 'USD';
  try {
    file.statements.push(accountStatement(group, { record, rows, trailer }, { number, currency, count }));
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    file.refused.push({ line: thrown.line, sentence: thrown.sentence, account: number, currency });
  }
}

function accountStatement(
  group: Group,
  { record, rows, trailer }: Account,
  { number, currency, count }: { number: string | null; currency: string; count: number },
): Statement {
  const { line } = record;
  if (group.unusable !== null) refuse(group.line, group.unusable);
  const day = group.day ?? refuse(group.line, 'The group has no day that exists.');
  if (number === null) refuse(line, 'The account has no number.');
  knownCurrency(currency, line);
  const summary = summaryOf(record);
  const movements = rows.map((row) => readMovement(row, day));
  agree(trailer, 0, summary.sum + movements.reduce((sum, { amount }) => sum + amount, 0n), 'sum of the account (49)');
  agree(trailer, 1, BigInt(count), 'number of records (49)');
  const read = movements.map(({ row }) => row);
  checkTotals(record, summary, read);
  const { opening, closing, notes } = balancesOf(record, summary, { day, rows: read });
  return proveStatement({
    line,
    account: { number, bank: null, name: null, institution: null },
    currency,
    id: null,
    sequence: null,
    from: day,
    to: day,
    opening,
    closing,
    rows: read,
    unreadable: [],
    notes,
  });
}

type Summary = { readonly amounts: ReadonlyMap<string, bigint>; readonly sum: bigint };

/** Type code, amount, item count, funds type, again and again. */
function summaryOf(record: BaiRecord): Summary {
  const { line } = record;
  const fields = allFields(record);
  const amounts = new Map<string, bigint>();
  let sum = 0n;
  let at = 2;
  while (at < fields.length) {
    const code = (fields[at] ?? '').trim();
    if (code === '') {
      at += 4;
      continue;
    }
    if (!/^\d{3}$/.test(code)) refuse(line, `${quoted(code)} stands where a type code of three digits must.`);
    const text = (fields[at + 1] ?? '').trim();
    const amount = text === '' ? null : whole(text, line, `The amount of type ${code}`);
    at = afterFunds(fields, at + 3, line);
    if (amount === null) continue;
    if (amounts.has(code)) refuse(line, `The account states type ${code} more than once.`);
    amounts.set(code, amount);
    sum += amount;
  }
  return { amounts, sum };
}

/** Where the next field stands after a funds type: S has three amounts, V a day and a time, D a list. */
function afterFunds(fields: readonly string[], at: number, line: number): number {
  const type = (fields[at] ?? '').trim().toUpperCase();
  if (type === 'S') return at + 4;
  if (type === 'V') return at + 3;
  if (type === 'D')
    return at + 2 + 2 * Number(whole((fields[at + 1] ?? '').trim(), line, 'A number of availabilities'));
  return at + 1;
}

/** Ledger balances. A bank that gives only the closing one vouches for the rest by its totals. */
function balancesOf(
  { line }: BaiRecord,
  { amounts }: Summary,
  { day, rows }: { readonly day: CalendarDate; readonly rows: readonly StatementRow[] },
): { opening: Balance | null; closing: Balance; notes: string[] } {
  const on = (code: string) => {
    const minor = amounts.get(code);
    return minor === undefined ? null : { minor, date: day };
  };
  const [opening, closing] = [on('010'), on('015')];
  if (opening !== null && closing !== null) return { opening, closing, notes: [] };
  if (closing !== null && amounts.has('100') && amounts.has('400')) {
    const minor = closing.minor - movementOf({ rows, unreadable: [] });
    const notes = [
      'The bank gives no opening balance; it is taken from the closing balance and the bank’s own totals.',
    ];
    return { opening: { minor, date: day }, closing, notes };
  }
  const [openingAvailable, closingAvailable] = [on('040'), on('045')];
  if (opening === null && closing === null && openingAvailable !== null && closingAvailable !== null)
    return {
      opening: openingAvailable,
      closing: closingAvailable,
      notes: ['The bank gives available balances only; the movements tie out to them.'],
    };
  const missing = closing === null ? 'closing ledger balance (015)' : 'opening ledger balance (010)';
  return refuse(line, `The account has no ${missing}, so it proves nothing.`);
}

/** The bank's totals of credits (100) and debits (400) against its detail. */
function checkTotals({ line }: BaiRecord, { amounts }: Summary, rows: readonly StatementRow[]): void {
  for (const [code, what, sign] of [
    ['100', 'credits', 1n],
    ['400', 'debits', -1n],
  ] as const) {
    const stated = amounts.get(code);
    if (stated === undefined) continue;
    const sum = rows.reduce((all, { minor }) => (minor * sign > 0n ? all + minor * sign : all), 0n);
    if (sum !== stated)
      refuse(
        line,
        `The bank's own total of ${what} (${code}) differs from its movements: detail is missing. Ask the bank for the report with detail.`,
      );
  }
}

function readMovement(record: BaiRecord, day: CalendarDate): { amount: bigint; row: StatementRow } {
  const { line, raw } = record;
  const fields = movementFields(record);
  const [code = '', text = ''] = fields.map((field) => field.trim());
  const amount = text === '' ? 0n : whole(text, line, 'The amount of a movement');
  const credit = /^[123]\d\d$/.test(code);
  if (!credit && !/^[456]\d\d$/.test(code))
    refuse(line, `The movement has the type ${quoted(code)}, which says neither credit nor debit.`);
  const funds = (fields[2] ?? '').trim().toUpperCase();
  const after = afterFunds(fields, 2, line);
  const [bankReference = '', customerReference = '', ...words] = fields.slice(after);
  const said = orNull(words.join(',').replaceAll('/', ' '));
  const customer = orNull(customerReference);
  return {
    amount,
    row: {
      line,
      date: day,
      valueDate: funds === 'V' ? shortDate((fields[3] ?? '').trim()) : null,
      minor: credit ? amount : -amount,
      text: said ?? customer ?? `Movement of type ${code}`,
      bankText: null,
      counterparty: null,
      reference: customer,
      bankReference: orNull(bankReference),
      checkNumber: code === '475' ? customer : null,
      code,
      payload: JSON.stringify({ record: oneLine(raw) }),
    },
  };
}

/** Continuations of a movement go on with its text once that has begun; before, they bring the fields still missing. */
function movementFields(record: BaiRecord): string[] {
  let fields = [...record.fields];
  for (const body of record.more) {
    const text = afterFunds(fields, 2, record.line) + 2;
    if (fields.length <= text) fields = [...fields, ...body.split(',')];
    else fields = [...fields.slice(0, -1), `${fields.at(-1) ?? ''} ${body}`];
  }
  return fields;
}

/** A whole number of minor units; BAI2 has no decimal point. */
function whole(text: string, line: number, what: string): bigint {
  const plain = text.trim();
  if (!/^[+-]?\d{1,18}$/.test(plain)) refuse(line, `${what} is ${quoted(text)}, which is not a whole number.`);
  return BigInt(plain);
}

function agree(record: BaiRecord, field: number, found: bigint, what: string): void {
  const stated = whole(record.fields[field] ?? '', record.line, `The ${what}`);
  if (stated === found) return;
  refuse(record.line, `The ${what} is stated as ${stated}, but the file has ${found}: it was changed or cut off.`);
}
