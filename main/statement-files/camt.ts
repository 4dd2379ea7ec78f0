import { type CalendarDate, isCalendarDate } from '../core/calendar.ts';
import { quoted, Refusal, refuse } from './refusal.ts';
import type { Balance, RefusedStatement, Statement, StatementRow, UnreadableRow } from './statement.ts';
import { movementOf, proveStatement } from './tie.ts';
import { dateOrNull, knownCurrency, minorOf } from './values.ts';
import { all, asJson, at, readXml, textAt, type XmlElement } from './xml.ts';

export type CamtFile = {
  readonly label: string;
  readonly statements: Statement[];
  readonly refused: RefusedStatement[];
  readonly notes: string[];
};

type Read = { readonly rows: StatementRow[]; readonly unreadable: UnreadableRow[]; readonly leftOut: number };

/**
 * ISO 20022 bank-to-customer statements, camt.053 of every version. Reports within the day (camt.052) and advices
 * (camt.054) are refused by name: they are no statements, and what they tell comes again in the camt.053.
 * Source: ISO 20022 message definition reports, Bank-to-Customer Cash Management.
 */
export async function readCamt(text: string, breathe: () => Promise<void>): Promise<CamtFile> {
  const entries = new Map<XmlElement, RawEntry[]>();
  const root = await readXml(text, {
    breathe,
    take: (element, around) => {
      const statement = around.at(-1);
      if (element.name !== 'Ntry' || statement?.name !== 'Stmt') return false;
      const known = entries.get(statement);
      if (known === undefined) entries.set(statement, [rawEntry(element)]);
      else known.push(rawEntry(element));
      return true;
    },
  });
  const label = labelOf(root);
  const [message] = root.children;
  if (message === undefined) refuse(root.line, 'The file holds no message.');
  refuseOther(message);
  const found = all(message, 'Stmt');
  if (found.length === 0) refuse(message.line, 'The file holds no statement: there is no element Stmt in it.');
  const file: CamtFile = { label, statements: [], refused: [], notes: [] };
  for (const element of found) {
    await breathe();
    try {
      file.statements.push(readStatement(element, entries.get(element) ?? []));
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown;
      const { line, sentence } = thrown;
      file.refused.push({ line, sentence, account: numberOf(at(element, 'Acct')), currency: currencyIn(element) });
    }
  }
  return file;
}

function labelOf(root: XmlElement): string {
  const version = /camt\.(\d{3}\.\d{3}\.\d{2})/.exec(root.uri)?.[1];
  return version === undefined ? 'CAMT.053' : `CAMT.${version}`;
}

function refuseOther(message: XmlElement): void {
  if (message.name.startsWith('BkToCstmrStmt')) return;
  if (message.name.startsWith('BkToCstmrAcctRpt'))
    refuse(
      message.line,
      'This is a report within the day (camt.052), whose movements may still change. Ask the bank for the statement, camt.053.',
    );
  if (message.name.startsWith('BkToCstmrDbtCdtNtfctn'))
    refuse(
      message.line,
      'This is an advice (camt.054), which details movements and has no balances. Ask the bank for the statement, camt.053.',
    );
  refuse(message.line, `This is no bank statement but a message ${quoted(message.name)} of ISO 20022.`);
}

function readStatement(element: XmlElement, entries: readonly RawEntry[]): Statement {
  const account = at(element, 'Acct');
  const number = numberOf(account);
  if (number === null) refuse(element.line, 'The statement does not say of which account it is.');
  if (!all(element, 'Bal').some((balance) => BOOKED.has(codeOf(balance) ?? '')))
    refuse(element.line, 'The statement has no balance of booked movements (OPBD, CLBD), so it proves nothing.');
  const currency = knownCurrency(currencyIn(element), element.line);
  const opening = balanceOf(element, currency, ['OPBD', 'PRCD']) ?? interim(element, currency, 'first');
  const closing = balanceOf(element, currency, ['CLBD']) ?? interim(element, currency, 'last');
  if (opening === null)
    refuse(element.line, 'The statement has no opening balance (OPBD or PRCD), so it proves nothing.');
  if (closing === null) refuse(element.line, 'The statement has no closing balance (CLBD), so it proves nothing.');
  const from = dayIn(textAt(element, 'FrToDt', 'FrDtTm')) ?? dayIn(textAt(element, 'FrToDt', 'FrDt'));
  const to = dayIn(textAt(element, 'FrToDt', 'ToDtTm')) ?? dayIn(textAt(element, 'FrToDt', 'ToDt'));
  const oneDay = from !== null && from === to ? from : opening.date === closing.date ? closing.date : null;
  const read = readEntries(entries, currency, oneDay);
  checkSums(element, read, currency);
  const notes = read.leftOut === 0 ? [] : [`${read.leftOut} movements that are not booked yet were left out.`];
  return signed(
    {
      line: element.line,
      account: {
        number,
        bank: null,
        name: textAt(account, 'Nm') ?? textAt(account, 'Ownr', 'Nm'),
        institution: textAt(account, 'Svcr', 'FinInstnId', 'Nm'),
      },
      currency,
      id: textAt(element, 'Id'),
      sequence: textAt(element, 'ElctrncSeqNb') ?? textAt(element, 'LglSeqNb'),
      from: from ?? opening.date,
      to: to ?? closing.date,
      opening,
      closing,
      rows: read.rows,
      unreadable: read.unreadable,
      notes,
    },
    opening,
    closing,
  );
}

type ReadBalance = Balance & { readonly mark: 'CRDT' | 'DBIT' | null };

/**
 * Some banks leave out whether a balance is in credit or debit. Then the movements decide: the reading that ties out.
 */
function signed(statement: Statement, opening: ReadBalance, closing: ReadBalance): Statement {
  if (opening.mark !== null && closing.mark !== null) return proveStatement(statement);
  const moved = movementOf(statement);
  for (const start of readingsOf(opening)) {
    for (const end of readingsOf(closing)) {
      if (start + moved !== end) continue;
      const notes = [
        ...statement.notes,
        'A balance is marked neither credit nor debit; it is read so that it ties out.',
      ];
      return { ...statement, opening: { ...opening, minor: start }, closing: { ...closing, minor: end }, notes };
    }
  }
  return proveStatement(statement);
}

function readingsOf({ minor, mark }: ReadBalance): bigint[] {
  return mark === null ? [minor, -minor] : [minor];
}

function numberOf(account: XmlElement | undefined): string | null {
  const id = at(account, 'Id');
  return textAt(id, 'IBAN') ?? textAt(id, 'Othr', 'Id') ?? textAt(id, 'PrtryAcct', 'Id') ?? textAt(id, 'BBAN');
}

function currencyIn(element: XmlElement): string | null {
  const stated = textAt(element, 'Acct', 'Ccy');
  if (stated !== null) return stated;
  const balance = all(element, 'Bal').find((one) => BOOKED.has(codeOf(one) ?? ''));
  return at(balance, 'Amt')?.attributes.Ccy ?? null;
}

const BOOKED = new Set(['OPBD', 'PRCD', 'CLBD', 'ITBD']);

function codeOf(balance: XmlElement): string | null {
  return textAt(balance, 'Tp', 'CdOrPrtry', 'Cd') ?? textAt(balance, 'Tp', 'Cd');
}

function balanceOf(element: XmlElement, currency: string, codes: readonly string[]): ReadBalance | null {
  for (const code of codes) {
    const found = all(element, 'Bal').filter((balance) => codeOf(balance) === code);
    const [first] = found;
    if (first === undefined) continue;
    if (found.length > 1) refuse(first.line, `The statement has more than one balance ${code}.`);
    return readBalance(first, currency, code);
  }
  return null;
}

/** Pages of a long statement begin and end with interim balances. */
function interim(element: XmlElement, currency: string, which: 'first' | 'last'): ReadBalance | null {
  const found = all(element, 'Bal').filter((balance) => codeOf(balance) === 'ITBD');
  // One alone is either end; the other end then tells which.
  const balance = which === 'first' ? found[0] : found.at(-1);
  if (balance === undefined) return null;
  return readBalance(balance, currency, 'ITBD');
}

function readBalance(balance: XmlElement, currency: string, code: string): ReadBalance {
  const what = `The balance ${code}`;
  const amount = at(balance, 'Amt');
  const given = amount?.attributes.Ccy ?? currency;
  if (given !== currency)
    refuse(balance.line, `${what} is in ${quoted(given)}, but the account is kept in ${currency}.`);
  const minor = minorOf(textAt(balance, 'Amt'), currency, amount?.line ?? balance.line, what);
  const mark = markOf(textAt(balance, 'CdtDbtInd'), balance.line);
  const date =
    dayIn(textAt(balance, 'Dt', 'Dt')) ?? dayIn(textAt(balance, 'Dt', 'DtTm')) ?? dayIn(textAt(balance, 'Dt'));
  if (date === null) refuse(balance.line, `${what} has no valid date.`);
  return { minor: mark === 'DBIT' ? -minor : minor, date, mark };
}

function markOf(text: string | null, line: number): 'CRDT' | 'DBIT' | null {
  if (text === null || text === 'CRDT' || text === 'DBIT') return text;
  return refuse(line, `${quoted(text)} stands where CRDT or DBIT must.`);
}

/** A movement as soon as its element ends, so that a long statement is never held as elements. */
type RawEntry = {
  readonly line: number;
  readonly state: string;
  readonly currency: string | null;
  readonly amount: string | null;
  readonly mark: string | null;
  readonly booked: string | null;
  readonly valueDate: CalendarDate | null;
  readonly texts: Texts;
  readonly payload: string;
};

function rawEntry(element: XmlElement): RawEntry {
  const mark = textAt(element, 'CdtDbtInd');
  const details = all(element, 'NtryDtls').flatMap((one) => all(one, 'TxDtls'));
  return {
    line: element.line,
    state: textAt(element, 'Sts', 'Cd') ?? textAt(element, 'Sts') ?? 'BOOK',
    currency: at(element, 'Amt')?.attributes.Ccy ?? null,
    amount: textAt(element, 'Amt'),
    mark,
    booked: textAt(element, 'BookgDt', 'Dt') ?? textAt(element, 'BookgDt', 'DtTm'),
    valueDate: dayIn(textAt(element, 'ValDt', 'Dt')) ?? dayIn(textAt(element, 'ValDt', 'DtTm')),
    texts: textsOf(element, details, mark === 'DBIT' ? 'DBIT' : 'CRDT'),
    payload: JSON.stringify(asJson(element)),
  };
}

function readEntries(entries: readonly RawEntry[], currency: string, oneDay: CalendarDate | null): Read {
  const rows: StatementRow[] = [];
  const unreadable: UnreadableRow[] = [];
  let leftOut = 0;
  for (const entry of entries) {
    if (entry.state !== 'BOOK') {
      leftOut += 1;
      continue;
    }
    const read = readEntry(entry, currency, oneDay);
    if ('sentence' in read) unreadable.push(read);
    else rows.push(read);
  }
  return { rows, unreadable, leftOut };
}

function readEntry(entry: RawEntry, currency: string, oneDay: CalendarDate | null): StatementRow | UnreadableRow {
  const { line, booked, valueDate, texts, payload } = entry;
  const given = entry.currency ?? currency;
  if (given !== currency) refuse(line, `A movement is in ${quoted(given)}, but the account is kept in ${currency}.`);
  const size = minorOf(entry.amount, currency, line, 'The amount of a movement');
  const mark = markOf(entry.mark, line);
  if (mark === null) refuse(line, 'A movement is marked neither credit (CRDT) nor debit (DBIT).');
  const minor = mark === 'DBIT' ? -size : size;
  const date = booked === null ? (oneDay ?? valueDate) : dayIn(booked);
  if (date === null) {
    const said = booked === null ? 'none' : quoted(booked);
    const sentence = `The movement in line ${line} of the file has no booking date that exists (${said}).`;
    return { line, minor, code: 'date_invalid', sentence, payload };
  }
  return { line, date, valueDate, minor, ...texts, payload };
}

type Texts = Pick<
  StatementRow,
  'text' | 'bankText' | 'counterparty' | 'reference' | 'bankReference' | 'checkNumber' | 'code'
>;

/** What the movement says of itself. A batch of payments has no one partner and no one reference. */
function textsOf(entry: XmlElement, details: readonly XmlElement[], mark: 'CRDT' | 'DBIT'): Texts {
  const only = details.length === 1 ? details[0] : undefined;
  const remitted = all(at(only, 'RmtInf'), 'Ustrd').map((one) => one.text);
  const remittance = remitted.join(' ').replace(/\s+/g, ' ').trim();
  const bankText = textAt(entry, 'AddtlNtryInf') ?? textAt(only, 'AddtlTxInf');
  const structured = textAt(only, 'RmtInf', 'Strd', 'CdtrRefInf', 'Ref');
  const code = bankCode(entry) ?? bankCode(only);
  const counterparty = partyName(at(only, 'RltdPties'), mark);
  const batch = details.length > 1 ? `Batch of ${details.length} payments` : null;
  const bankReference = textAt(entry, 'AcctSvcrRef') ?? textAt(only, 'Refs', 'AcctSvcrRef') ?? textAt(entry, 'NtryRef');
  const first = remittance === '' ? null : remittance;
  return {
    text: first ?? structured ?? bankText ?? batch ?? counterparty ?? code ?? 'Movement without text',
    bankText: bankText === first ? null : bankText,
    counterparty,
    reference:
      structured ??
      provided(textAt(only, 'Refs', 'EndToEndId')) ??
      textAt(at(entry, 'NtryDtls'), 'Btch', 'PmtInfId') ??
      provided(textAt(only, 'Refs', 'PmtInfId')),
    bankReference: provided(bankReference),
    checkNumber: textAt(only, 'Refs', 'ChqNb'),
    code,
  };
}

function provided(reference: string | null): string | null {
  return reference !== null && /^(NOTPROVIDED|NOT PROVIDED|NONREF|NOREF)$/i.test(reference) ? null : reference;
}

function bankCode(element: XmlElement | undefined): string | null {
  const domain = at(element, 'BkTxCd', 'Domn');
  const code = textAt(domain, 'Cd');
  if (code === null) return textAt(element, 'BkTxCd', 'Prtry', 'Cd');
  return [code, textAt(domain, 'Fmly', 'Cd'), textAt(domain, 'Fmly', 'SubFmlyCd')]
    .filter((part) => part !== null)
    .join('/');
}

/** The other side: who pays when money comes in, who is paid when it goes out. */
function partyName(parties: XmlElement | undefined, mark: 'CRDT' | 'DBIT'): string | null {
  const roles = mark === 'CRDT' ? ['UltmtDbtr', 'Dbtr'] : ['UltmtCdtr', 'Cdtr'];
  for (const role of roles.reverse()) {
    const name = textAt(parties, role, 'Nm') ?? textAt(parties, role, 'Pty', 'Nm');
    if (name !== null) return name;
  }
  return null;
}

/** The bank's own sums of its movements, where it gives them and nothing was left out. */
function checkSums(element: XmlElement, read: Read, currency: string): void {
  if (read.leftOut > 0) return;
  const every = [...read.rows, ...read.unreadable];
  for (const [name, entries] of [
    ['TtlCdtNtries', every.filter((row) => row.minor > 0n)],
    ['TtlDbtNtries', every.filter((row) => row.minor < 0n)],
  ] as const) {
    const total = at(element, 'TxsSummry', name);
    const stated = textAt(total, 'Sum');
    if (total === undefined || stated === null) continue;
    const sum = entries.reduce((all, row) => all + row.minor, 0n);
    if (minorOf(stated, currency, total.line, `The sum ${name}`) !== (sum < 0n ? -sum : sum))
      refuse(total.line, `The bank's own sum ${name} differs from what the movements add up to.`);
  }
}

/** The day of a date or of a moment, as the bank wrote it. */
function dayIn(text: string | null): CalendarDate | null {
  if (text === null) return null;
  const day = text.slice(0, 10);
  return isCalendarDate(day) && /^\d{4}-\d{2}-\d{2}($|[TZ+-])/.test(text) ? dateOrNull(day) : null;
}
