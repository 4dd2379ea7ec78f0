import type { CalendarDate } from '../core/calendar.ts';
import { ofxTree } from './ofx-tree.ts';
import { quoted, Refusal, refuse } from './refusal.ts';
import type { Balance, RefusedStatement, Statement, StatementRow, UnreadableRow } from './statement.ts';
import { proveStatement } from './tie.ts';
import { dateOrNull, knownCurrency, minorOf } from './values.ts';
import { all, asJson, at, textAt, type XmlElement } from './xml.ts';

export type OfxFile = { readonly statements: Statement[]; readonly refused: RefusedStatement[] };

/**
 * Bank and card statements of an OFX file. The format has a closing balance and no opening one, so a file proves nothing
 * by itself; two files of the same account prove each other.
 * Source: OFX 2.2, chapter 11.
 */
export async function readOfx(text: string, breathe: () => Promise<void>): Promise<OfxFile> {
  const root = await ofxTree(text, breathe);
  const found = [
    ...all(at(root, 'BANKMSGSRSV1'), 'STMTTRNRS').flatMap((one) => all(one, 'STMTRS')),
    ...all(at(root, 'CREDITCARDMSGSRSV1'), 'CCSTMTTRNRS').flatMap((one) => all(one, 'CCSTMTRS')),
  ];
  if (found.length === 0) refuse(root.line, 'The file holds no statement of a bank account or a card.');
  const file: OfxFile = { statements: [], refused: [] };
  for (const element of found) {
    await breathe();
    try {
      file.statements.push(readStatement(element));
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown;
      const account = textAt(accountOf(element), 'ACCTID');
      const { line, sentence } = thrown;
      file.refused.push({ line, sentence, account, currency: textAt(element, 'CURDEF') });
    }
  }
  return file;
}

function accountOf(element: XmlElement): XmlElement | undefined {
  return at(element, 'BANKACCTFROM') ?? at(element, 'CCACCTFROM');
}

function readStatement(element: XmlElement): Statement {
  const account = accountOf(element);
  const number = textAt(account, 'ACCTID');
  if (number === null) refuse(element.line, 'The statement does not say of which account it is.');
  const currency = knownCurrency(textAt(element, 'CURDEF'), at(element, 'CURDEF')?.line ?? element.line);
  const list = at(element, 'BANKTRANLIST');
  const rows: StatementRow[] = [];
  const unreadable: UnreadableRow[] = [];
  for (const one of all(list, 'STMTTRN')) {
    const row = readRow(one, currency);
    if ('sentence' in row) unreadable.push(row);
    else rows.push(row);
  }
  const closing = readBalance(at(element, 'LEDGERBAL'), currency);
  const from = ofxDate(textAt(list, 'DTSTART'));
  const to = ofxDate(textAt(list, 'DTEND'));
  return proveStatement({
    line: element.line,
    account: {
      number,
      bank: textAt(account, 'BANKID'),
      name: textAt(account, 'ACCTTYPE'),
      institution: null,
    },
    currency,
    id: null,
    sequence: null,
    from: from ?? closing?.date ?? null,
    to: to ?? closing?.date ?? null,
    opening: null,
    closing,
    rows,
    unreadable,
    notes: [closing === null ? 'The file gives no balance.' : 'The format has a closing balance only.'],
  });
}

function readBalance(balance: XmlElement | undefined, currency: string): Balance | null {
  const text = textAt(balance, 'BALAMT');
  if (balance === undefined || text === null) return null;
  const date = ofxDate(textAt(balance, 'DTASOF'));
  if (date === null) refuse(balance.line, 'The balance has no date that exists.');
  return { minor: minorOf(text.replace(',', '.'), currency, balance.line, 'The closing balance'), date };
}

function readRow(element: XmlElement, currency: string): StatementRow | UnreadableRow {
  const { line } = element;
  const foreign = textAt(element, 'CURRENCY', 'CURSYM');
  if (foreign !== null && foreign !== currency)
    refuse(line, `A movement is in ${quoted(foreign)}, but the account is kept in ${currency}.`);
  const amount = textAt(element, 'TRNAMT')?.replace(',', '.') ?? null;
  const minor = minorOf(amount, currency, at(element, 'TRNAMT')?.line ?? line, 'The amount of a movement');
  const payload = JSON.stringify(asJson(element));
  const posted = textAt(element, 'DTPOSTED');
  const date = ofxDate(posted);
  if (date === null) {
    const said = posted === null ? 'none' : quoted(posted);
    const sentence = `The movement in line ${line} of the file has no booking date that exists (${said}).`;
    return { line, minor, code: 'date_invalid', sentence, payload };
  }
  const name = textAt(element, 'NAME') ?? textAt(element, 'PAYEE', 'NAME');
  const memo = textAt(element, 'MEMO');
  const check = textAt(element, 'CHECKNUM');
  return {
    line,
    date,
    valueDate: ofxDate(textAt(element, 'DTAVAIL')),
    minor,
    text: memo ?? name ?? textAt(element, 'TRNTYPE') ?? 'Movement without text',
    bankText: name === memo ? null : name,
    counterparty: name,
    reference: textAt(element, 'REFNUM'),
    bankReference: textAt(element, 'FITID'),
    checkNumber: check === '0' ? null : check,
    code: textAt(element, 'TRNTYPE'),
    payload,
  };
}

/** `YYYYMMDD`, then perhaps a time and a zone: the day as the bank counts it. */
function ofxDate(text: string | null): CalendarDate | null {
  const match = /^(\d{4})(\d{2})(\d{2})(?:\d|$|\[|\.)/.exec(text ?? '');
  return match === null ? null : dateOrNull(`${match[1]}-${match[2]}-${match[3]}`);
}
