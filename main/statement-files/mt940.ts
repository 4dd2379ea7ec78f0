import { addDays, type CalendarDate, isCalendarDate } from '../core/calendar.ts';
import { type Details, detailsOf, multicashDetails } from './mt940-details.ts';
import { messagesOf, type SwiftField, type SwiftMessage } from './mt940-fields.ts';
import { quoted, Refusal, refuse } from './refusal.ts';
import type { Balance, RefusedStatement, Statement, StatementRow, UnreadableRow } from './statement.ts';
import { proveStatement } from './tie.ts';
import { amountText, dateOrNull, knownCurrency, minorOf, oneLine, orNull, shortDate } from './values.ts';

export type Mt940File = { readonly statements: Statement[]; readonly refused: RefusedStatement[] };

/**
 * SWIFT MT940, as banks write it: with or without block heads, pages of one statement put together (`60F` … `62M`,
 * `60M` … `62F`), several fields 86 for one movement. MT942 is refused by name.
 * Source: SWIFT Standards, category 9, MT 940 Customer Statement Message.
 */
export async function readMt940(text: string, breathe: () => Promise<void>): Promise<Mt940File> {
  const messages = messagesOf(text);
  if (messages.length === 0) refuse(1, 'The file holds no statement.');
  const refused: RefusedStatement[] = [];
  const pages: Page[] = [];
  for (const message of messages) {
    await breathe();
    try {
      pages.push(readPage(message));
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown;
      refused.push({ line: thrown.line, sentence: thrown.sentence, ...whose(message) });
    }
  }
  return { statements: statementsOf(pages, refused), refused };
}

type Page = { readonly statement: Statement; readonly first: boolean; readonly last: boolean };

/** Puts the pages of each statement together. A statement of which a page is refused is refused whole. */
function statementsOf(pages: readonly Page[], refused: RefusedStatement[]): Statement[] {
  const statements: Statement[] = [];
  let before: Page | null = null;
  let open: Statement | null = null;
  for (const page of pages) {
    const goesOn = before !== null && continues(before, page);
    if (!goesOn && open !== null) statements.push(open);
    try {
      if (goesOn && open === null)
        refuse(page.statement.line, 'The page before this one is refused, so this one is too.');
      open = goesOn && open !== null ? together(open, page) : proveStatement(page.statement);
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown;
      const { account, currency } = page.statement;
      refused.push({ line: thrown.line, sentence: thrown.sentence, account: account.number, currency });
      open = null;
    }
    before = page;
  }
  if (open !== null) statements.push(open);
  return statements;
}

/** A page that begins with an interim balance goes on with the page before it, when that one ended so. */
function continues(before: Page, page: Page): boolean {
  return !page.first && !before.last && before.statement.account.number === page.statement.account.number;
}

function together(before: Statement, { statement }: Page): Statement {
  proveStatement(statement);
  if (before.closing?.minor !== statement.opening?.minor)
    refuse(
      statement.line,
      `This page begins with ${amountText(statement.opening?.minor ?? 0n, statement.currency)}, but the page before it ends ` +
        `with ${amountText(before.closing?.minor ?? 0n, statement.currency)}: a page between them is missing.`,
    );
  return {
    ...before,
    to: statement.to,
    closing: statement.closing,
    rows: [...before.rows, ...statement.rows],
    unreadable: [...before.unreadable, ...statement.unreadable],
  };
}

function readPage({ line, fields }: SwiftMessage): Page {
  const find = (...tags: string[]) => fields.filter((field) => tags.includes(field.tag));
  if (find('34F', '13D').length > 0)
    refuse(
      line,
      'This is an interim report within the day (MT942), whose movements may still change. Ask the bank for MT940.',
    );
  const [accountField] = find('25', '25P');
  if (accountField === undefined) refuse(line, 'The statement does not say of which account it is (field 25).');
  const opened = onlyOne(find('60F', '60M'), line, 'opening balance (field 60F)');
  const closed = onlyOne(find('62F', '62M'), line, 'closing balance (field 62F)');
  const currency = currencyOf(opened);
  const opening = readBalance(opened, currency);
  const closing = readBalance(closed, currency);
  const { rows, unreadable } = readRows(fields, currency, { opening, closing });
  return {
    first: opened.tag === '60F',
    last: closed.tag === '62F',
    statement: {
      line,
      account: readAccount(accountField, currency),
      currency,
      id: orNull(find('20')[0]?.lines[0]),
      sequence: orNull(find('28C', '28')[0]?.lines[0]),
      // The opening balance is the closing one of the day before, and carries its date.
      from: opening.date < closing.date ? addDays(opening.date, 1) : closing.date,
      to: closing.date,
      opening,
      closing,
      rows,
      unreadable,
      notes: [],
    },
  };
}

function onlyOne(found: readonly SwiftField[], line: number, what: string): SwiftField {
  const [first, second] = found;
  if (first === undefined) refuse(line, `The statement has no ${what}, so it proves nothing.`);
  if (second !== undefined) refuse(second.line, `The statement has a second ${what}.`);
  return first;
}

function whose({ fields }: SwiftMessage): { account: string | null; currency: string | null } {
  const field = fields.find(({ tag }) => tag === '25' || tag === '25P');
  const opened = fields.find(({ tag }) => tag === '60F' || tag === '60M')?.lines[0] ?? '';
  const currency = /^[CD]\d{6}([A-Z]{3})/.exec(opened.trim())?.[1] ?? null;
  return { account: field === undefined ? null : readAccount(field, currency ?? '').number, currency };
}

/** `12345678/1020304050` (bank code and number), an IBAN, or a number; some banks add the currency. */
function readAccount(field: SwiftField, currency: string): Statement['account'] {
  const text = (field.lines[0] ?? '').trim();
  const number = currency !== '' && text.endsWith(currency) ? text.slice(0, -currency.length).trim() : text;
  if (number === '') refuse(field.line, 'The statement does not say of which account it is (field 25).');
  const parts = /^([A-Z0-9-]{4,12})\/(.+)$/.exec(number);
  const [bank, own] = parts === null ? [null, number] : [parts[1] ?? null, parts[2] ?? number];
  return { number: own, bank, name: null, institution: null };
}

const BALANCE = /^([CD])(\d{6})([A-Z]{3})(\d{1,24}(?:,\d{0,4})?)$/;

function currencyOf(field: SwiftField): string {
  return knownCurrency(balanceParts(field)[3] ?? null, field.line);
}

function balanceParts(field: SwiftField): RegExpExecArray {
  const text = (field.lines[0] ?? '').trim();
  const match = BALANCE.exec(text);
  if (match === null) refuse(field.line, `${quoted(text)} is not a balance as field ${field.tag} has it.`);
  return match;
}

function readBalance(field: SwiftField, currency: string): Balance {
  const [, mark, day = '', given = '', amount = ''] = balanceParts(field);
  if (given !== currency)
    refuse(field.line, `The balances are in different currencies, ${currency} and ${quoted(given)}.`);
  const date = shortDate(day);
  if (date === null) refuse(field.line, `The balance has the date ${quoted(day)}, which does not exist.`);
  const minor = minorOf(amount.replace(',', '.'), currency, field.line, `The balance in field ${field.tag}`);
  return { minor: mark === 'D' ? -minor : minor, date };
}

type Between = { readonly opening: Balance; readonly closing: Balance };
type Rows = { rows: StatementRow[]; unreadable: UnreadableRow[] };

function readRows(fields: readonly SwiftField[], currency: string, between: Between): Rows {
  const read: Rows = { rows: [], unreadable: [] };
  for (const [index, field] of fields.entries()) {
    if (field.tag !== '61') continue;
    const details: SwiftField[] = [];
    for (let at = index + 1; fields[at]?.tag === '86' || fields[at]?.tag === 'NS'; at += 1) {
      const next = fields[at];
      if (next !== undefined) details.push(next);
    }
    const row = readRow(field, details, { currency, ...between });
    if (row === null) continue;
    if ('sentence' in row) read.unreadable.push(row);
    else read.rows.push(row);
  }
  return read;
}

/** Value date, entry date, mark, third letter of the currency, amount, kind, references. */
const MOVEMENT = /^(\d{6})(\d{4}|\s{4})?\s*(R[CD]|E[CD]|[CD])\s*([A-Z])?\s*(\d{1,24}(?:,\d{0,4})?)(.*)$/;

function readRow(
  field: SwiftField,
  details: readonly SwiftField[],
  { currency, opening, closing }: Between & { readonly currency: string },
): StatementRow | UnreadableRow | null {
  const { line } = field;
  const [head = '', ...supplement] = field.lines;
  const match = MOVEMENT.exec(head.trim());
  if (match === null) refuse(line, `${quoted(head)} is not a movement as field 61 has it.`);
  const [, value = '', entry = '', mark = '', , amount = '', rest = ''] = match;
  // Expected movements are not booked and stand in no balance.
  if (mark.startsWith('E')) return null;
  const size = minorOf(amount.replace(',', '.'), currency, line, 'The amount of a movement');
  // A reversed credit takes money out, a reversed debit brings it back.
  const minor = mark === 'D' || mark === 'RC' ? -size : size;
  const payload = JSON.stringify({
    ':61:': field.lines,
    ...Object.fromEntries(details.map((one, at) => [`:${one.tag}:${at === 0 ? '' : at + 1}`, one.lines])),
  });
  const valueDate = bankDay(value);
  const date = bookingDay({ value, valueDate, entry: entry.trim(), opening, closing });
  if (date === null) {
    const sentence = `The movement in line ${line} of the file has a date that does not exist (${quoted(value + entry)}).`;
    return { line, minor, code: 'date_invalid', sentence, payload };
  }
  const { kind, customer, bank } = referencesOf(rest);
  const said = readDetails(details);
  const added = orNull(supplement.join(' '));
  const text = said.text ?? added ?? said.counterparty ?? customer ?? kind ?? 'Movement without text';
  return {
    line,
    date,
    valueDate,
    minor,
    text,
    bankText: added === text ? null : added,
    counterparty: said.counterparty,
    reference: said.reference ?? customer,
    bankReference: bank,
    checkNumber: kind === 'NCHK' ? customer : null,
    code: said.code === null ? kind : [kind, said.code].filter((part) => part !== null).join('/'),
    payload,
  };
}

function readDetails(fields: readonly SwiftField[]): Details {
  const ns = fields.filter((field) => field.tag === 'NS').flatMap((field) => field.lines);
  const lines = fields.filter((field) => field.tag === '86').flatMap((field) => field.lines);
  if (lines.every((line) => oneLine(line) === '') && ns.length > 0) return multicashDetails(ns);
  return detailsOf(lines);
}

function referencesOf(rest: string): { kind: string | null; customer: string | null; bank: string | null } {
  const kind = /^[A-Z][A-Z0-9 ]{3}/.exec(rest)?.[0] ?? null;
  const [customer = '', bank = ''] = (kind === null ? rest : rest.slice(4)).split('//');
  return { kind: orNull(kind ?? ''), customer: named(customer), bank: named(bank) };
}

function named(text: string): string | null {
  const plain = orNull(text);
  return plain === null || /^(NONREF|NOREF|NOTPROVIDED|EREF|KREF)$/i.test(plain) ? null : plain;
}

/** Interest is counted in months of 30 days: February 30 is the last day of February. */
function bankDay(text: string): CalendarDate | null {
  const [, year = '', month = '', day = ''] = /^(\d{2})(\d{2})(\d{2})$/.exec(text) ?? [];
  for (let candidate = Number(day); candidate >= 28 && Number(day) <= 31; candidate -= 1) {
    const found = shortDate(`${year}${month}${String(candidate).padStart(2, '0')}`);
    if (found !== null) return found;
  }
  return shortDate(text);
}

type Days = Between & { readonly value: string; readonly valueDate: CalendarDate | null; readonly entry: string };

/**
 * The entry date, whose year is the one nearest to the value date. A bank that gives none booked the movement on its
 * value date when that lies within the statement, else on the statement's last day.
 */
function bookingDay({ value, valueDate, entry, opening, closing }: Days): CalendarDate | null {
  if (entry === '') {
    if (valueDate === null) return null;
    return valueDate >= opening.date && valueDate <= closing.date ? valueDate : closing.date;
  }
  const near = valueDate ?? shortDate(`${value.slice(0, 2)}0701`);
  if (near === null) return null;
  const year = Number(near.slice(0, 4));
  const candidates = [year - 1, year, year + 1]
    .map((one) => dateOrNull(`${one}-${entry.slice(0, 2)}-${entry.slice(2)}`))
    .filter((day) => day !== null && isCalendarDate(day))
    .filter((day) => day !== null);
  return candidates.find((day) => day >= addDays(near, -183) && day <= addDays(near, 183)) ?? null;
}
