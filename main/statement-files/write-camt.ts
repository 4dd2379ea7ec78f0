import { decimalText } from '../core/money.ts';
import { bankCodeOf } from './bank-codes.ts';
import { type ExportDay, type ExportOf, type ExportRow, statementId, statementNumber } from './export-day.ts';

/** The version that every importer knows, and the one that replaces it from November 2025 on. */
export type CamtVersion = '001.02' | '001.08';

/**
 * CAMT.053, one statement a day, balances chained: opening (OPBD) is the closing (CLBD) of the day before. Elements stand
 * in the order of the schema. The period ends one second before the next one begins, because Dynamics 365 refuses
 * statements whose periods overlap.
 * Source: ISO 20022 camt.053.001.02 and camt.053.001.08.
 */
export function writeCamt({ account, days, at }: ExportOf, version: CamtVersion): string {
  const made = at.slice(0, 19);
  const [first, last] = [days[0], days.at(-1)];
  const period = `${first?.date.replaceAll('-', '') ?? ''}-${last?.date.replaceAll('-', '').slice(2) ?? ''}`;
  const statements = days.map((day) => statement({ account, days, at }, day, version, made));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.${version}">`,
    '<BkToCstmrStmt>',
    tag('GrpHdr', tag('MsgId', text(`${account.code}-${period}`, 35)), tag('CreDtTm', made)),
    statements.join(''),
    '</BkToCstmrStmt></Document>\n',
  ].join('');
}

function statement({ account }: ExportOf, day: ExportDay, version: CamtVersion, made: string): string {
  const { currency } = account;
  const number = account.isIban
    ? tag('IBAN', text(account.number.replace(/\s/g, '').toUpperCase(), 34))
    : tag('Othr', tag('Id', text(account.number, 34)));
  return tag(
    'Stmt',
    tag('Id', statementId(account, day)),
    tag('ElctrncSeqNb', statementNumber(day)),
    tag('CreDtTm', made),
    tag('FrToDt', tag('FrDtTm', `${day.date}T00:00:00`), tag('ToDtTm', `${day.date}T23:59:59`)),
    tag(
      'Acct',
      tag('Id', number),
      tag('Ccy', currency),
      tag('Nm', text(account.name, 70)),
      account.institution === null ? '' : tag('Svcr', tag('FinInstnId', tag('Nm', text(account.institution, 70)))),
    ),
    balance('OPBD', day.opening, day, currency),
    balance('CLBD', day.closing, day, currency),
    summary(day, currency),
    // Joined before: a busy day has more rows than a call may have arguments.
    day.rows.map((row) => entry(row, day, { currency, version })).join(''),
  );
}

function balance(code: string, minor: bigint, day: ExportDay, currency: string): string {
  return tag(
    'Bal',
    tag('Tp', tag('CdOrPrtry', tag('Cd', code))),
    amount(minor, currency),
    tag('CdtDbtInd', mark(minor)),
    tag('Dt', tag('Dt', day.date)),
  );
}

function summary({ rows }: ExportDay, currency: string): string {
  const part = (name: string, some: readonly ExportRow[]) =>
    tag(
      name,
      tag('NbOfNtries', String(some.length)),
      tag(
        'Sum',
        plain(
          some.reduce((sum, row) => sum + row.minor, 0n),
          currency,
        ),
      ),
    );
  return tag(
    'TxsSummry',
    part(
      'TtlCdtNtries',
      rows.filter((row) => row.minor > 0n),
    ),
    part(
      'TtlDbtNtries',
      rows.filter((row) => row.minor < 0n),
    ),
  );
}

type Form = { readonly currency: string; readonly version: CamtVersion };

function entry(row: ExportRow, day: ExportDay, { currency, version }: Form): string {
  const newer = version === '001.08';
  const [domain, family, sub] = bankCodeOf(row).iso;
  const party = row.counterparty === null ? '' : tag('Nm', text(row.counterparty, newer ? 140 : 70));
  const role = row.minor < 0n ? 'Cdtr' : 'Dbtr';
  return tag(
    'Ntry',
    tag('NtryRef', row.id),
    amount(row.minor, currency),
    tag('CdtDbtInd', mark(row.minor)),
    tag('Sts', newer ? tag('Cd', 'BOOK') : 'BOOK'),
    tag('BookgDt', tag('Dt', day.date)),
    tag('ValDt', tag('Dt', row.valueDate ?? day.date)),
    tag('AcctSvcrRef', row.id),
    tag('BkTxCd', tag('Domn', tag('Cd', domain), tag('Fmly', tag('Cd', family), tag('SubFmlyCd', sub)))),
    tag(
      'NtryDtls',
      tag(
        'TxDtls',
        tag(
          'Refs',
          tag('AcctSvcrRef', row.id),
          tag('EndToEndId', text(row.reference ?? 'NOTPROVIDED', 35)),
          row.checkNumber === null ? '' : tag('ChqNb', text(row.checkNumber, 35)),
        ),
        newer ? amount(row.minor, currency) + tag('CdtDbtInd', mark(row.minor)) : '',
        party === '' ? '' : tag('RltdPties', tag(role, newer ? tag('Pty', party) : party)),
        tag('RmtInf', ...pieces(row.text).map((piece) => tag('Ustrd', piece))),
      ),
    ),
    tag('AddtlNtryInf', text(row.text, 500)),
  );
}

function mark(minor: bigint): string {
  return minor < 0n ? 'DBIT' : 'CRDT';
}

function amount(minor: bigint, currency: string): string {
  return `<Amt Ccy="${currency}">${plain(minor, currency)}</Amt>`;
}

function plain(minor: bigint, currency: string): string {
  return decimalText({ minor: minor < 0n ? -minor : minor, currency });
}

function tag(name: string, ...content: string[]): string {
  return `<${name}>${content.join('')}</${name}>`;
}

/** At most so many characters, none of which XML forbids. Cut before it is escaped, and never inside of a character. */
function text(raw: string, most: number): string {
  return escaped([...clean(raw)].slice(0, most).join('').trim());
}

function clean(raw: string): string {
  const plainText = raw
    .toWellFormed()
    .replace(/[\p{Cc}\uFFFE\uFFFF\s]+/gu, ' ')
    .trim();
  return plainText === '' ? '-' : plainText;
}

function escaped(raw: string): string {
  return raw.replace(/[&<>"']/g, (letter) => ESCAPES[letter] ?? letter);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Remittance information in pieces of 140, cut at blanks where there are any; readers put them together with blanks. */
function pieces(raw: string): string[] {
  const found: string[] = [];
  let rest = [...clean(raw)];
  while (rest.length > 0 && found.length < 10) {
    const blank = rest.length > 140 ? rest.slice(0, 141).lastIndexOf(' ') : -1;
    const cut = blank > 0 ? blank : 140;
    found.push(escaped(rest.slice(0, cut).join('').trim()));
    rest = [...rest.slice(cut).join('').trim()];
  }
  return found;
}
