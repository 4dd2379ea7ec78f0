/** Writing general journals: numbers, vouchers, defaults and validations, in the order in which X++ runs them. */
import type { Row } from './database.ts';
import { accountingCurrency, type Erp, exchangeRate, isOpen, journalKey, periodNotOpen } from './erp.ts';
import { badRequest, fieldInvalid, fieldMissing, notInTable, type Refusal, writeFailed } from './errors.ts';
import { checkAccount, checkDefaultDimensions } from './line-accounts.ts';
import { type EntitySpec, entitySpec } from './schema.ts';
import { changeTotals, linesOf } from './totals.ts';
import { dayOf, noon, readJsonValue, type Values } from './values.ts';
import { extendTail, type JournalTail, nextVoucher, readTail } from './vouchers.ts';

const HEADER = 'LedgerJournalHeaderEntity';
const LINE = 'LedgerJournalLineEntity';
const HEADERS = entitySpec('LedgerJournalHeaders');
const LINES = entitySpec('LedgerJournalLines');

/** The fields that a request sent, read by their types and cut to their lengths. @throws Refusal */
export function readFields(spec: EntitySpec, body: unknown): Map<string, string> {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw badRequest('The request body is not a JSON object.');
  const fields = new Map<string, string>();
  for (const [name, json] of Object.entries(body)) {
    if (name.startsWith('@odata.')) continue;
    const kind = spec.fields.get(name);
    if (kind === undefined)
      throw badRequest(
        `The property '${name}' does not exist on type 'Microsoft.Dynamics.DataEntities.${spec.type}'. Make sure to only use property names that are defined by the type.`,
      );
    const read = readJsonValue(kind, json);
    if (!read.ok) throw badRequest(read.why);
    // Overlong texts are cut in silence, as X++ does.
    fields.set(name, kind.kind === 'string' ? read.value.slice(0, spec.lengths.get(name)) : read.value);
  }
  return fields;
}

function dropOrRefuse(erp: Erp, entity: string, spec: EntitySpec, sent: Map<string, string>): void {
  for (const name of spec.notOnCreate) {
    if (!sent.has(name)) continue;
    if (name === 'JournalBatchNumber' && erp.settings.journalNumbers === 'manual') continue;
    if (erp.settings.readOnlyFields === 'reject')
      throw fieldInvalid(entity, name, `Field '${name}' does not allow editing.`);
    sent.delete(name);
  }
}

function companyOf(erp: Erp, entity: string, sent: ReadonlyMap<string, string>): string {
  const asked = sent.get('dataAreaId') || erp.settings.defaultCompany;
  const company = erp.db.table('LegalEntities').find([asked])?.values.LegalEntityId;
  if (company === undefined) throw notInTable(entity, 'dataAreaId', asked, 'Company', 'Legal entities');
  return company;
}

/** Creates a journal; its number comes from the company's sequence. @throws Refusal */
export function createHeader(erp: Erp, body: unknown): Row {
  const sent = readFields(HEADERS, body);
  const company = companyOf(erp, HEADER, sent);
  dropOrRefuse(erp, HEADER, HEADERS, sent);
  const asked = sent.get('JournalName') ?? '';
  if (asked === '') throw fieldMissing(HEADER, 'Name', 'LedgerJournalTable');
  const name = erp.db.table('JournalNames').find([company, asked])?.values;
  if (name === undefined) throw notInTable(HEADER, 'JournalName', asked, 'Name', 'Journal names');
  if (name.Type !== 'Daily')
    throw fieldInvalid(HEADER, 'JournalName', `Journal name ${asked} is of type ${name.Type} and not Daily.`);
  const table = erp.db.table('LedgerJournalHeaders');
  const chosen = sent.get('JournalBatchNumber') ?? '';
  if (chosen !== '' && table.find([company, chosen]) !== undefined)
    throw writeFailed(HEADER, [
      `Error: Cannot create a record in ${HEADERS.label} (${HEADERS.table}). Journal batch number: ${chosen}. The record already exists.`,
    ]);
  return table.insert({
    ...Object.fromEntries(sent),
    dataAreaId: company,
    JournalName: name.Name ?? asked,
    JournalBatchNumber: chosen || nextJournalNumber(erp, company),
    Description: sent.get('Description') ?? name.Description ?? '',
    AccountingCurrency: accountingCurrency(erp, company),
    PostingLayer: name.PostingLayer ?? 'Current',
  });
}

/** Ten characters, e.g. `HPGM-00029`. */
export function nextJournalNumber(erp: Erp, company: string): string {
  for (;;) {
    const number = `${company}-${String(erp.nextNumber(`journal:${company}`)).padStart(5, '0')}`;
    if (erp.db.table('LedgerJournalHeaders').find([company, number]) === undefined) return number;
  }
}

/** Refuses a change to a journal that is posted or open in somebody's form. */
function refuseClosed(erp: Erp, header: Row, entity: string): void {
  const { dataAreaId = '', JournalBatchNumber: number = '', IsPosted } = header.values;
  if (IsPosted === 'Yes') throw writeFailed(entity, [`Error: Journal ${number} is posted and cannot be changed`]);
  const user = erp.locks.get(journalKey(dataAreaId, number));
  if (user !== undefined) throw writeFailed(entity, [`Error: Journal ${number} is in use by user ${user}`]);
}

/** Creates a line. Within one changeset `tails` spares reading the journal again for each line. @throws Refusal */
export function createLine(erp: Erp, body: unknown, tails: Map<Row, JournalTail>): Row {
  const sent = readFields(LINES, body);
  const company = companyOf(erp, LINE, sent);
  dropOrRefuse(erp, LINE, LINES, sent);
  const number = sent.get('JournalBatchNumber') ?? '';
  if (number === '') throw fieldMissing(LINE, 'Journal batch number', 'LedgerJournalTrans');
  const header = erp.db.table('LedgerJournalHeaders').find([company, number]);
  if (header === undefined) throw notInTable(LINE, 'JournalBatchNumber', number, 'Journal batch number', HEADERS.label);
  refuseClosed(erp, header, LINE);
  const journal = header.values.JournalBatchNumber ?? number;
  const name = erp.db.table('JournalNames').find([company, header.values.JournalName ?? ''])?.values ?? {};

  const tail = tails.get(header) ?? readTail(erp, company, journal);
  tails.set(header, tail);
  const day = dayOf(sent.get('TransDate') ?? noon(new Date(erp.clock.now()).toISOString().slice(0, 10)));
  const values = completeLine(erp, company, name, sent, day);
  validateLine(erp, company, name, values, sent);
  values.Voucher = sent.get('Voucher') || nextVoucher(erp, company, name, tail);
  values.LineNumber = String(tail.lastLineNumber + 1);
  const row = erp.db
    .table('LedgerJournalLines')
    .insert({ ...values, dataAreaId: company, JournalBatchNumber: journal });
  tail.lastLineNumber += 1;
  extendTail(tail, row.values);
  changeTotals(erp, header, row.values, 1n);
  return row;
}

/** initValue and defaultRow: what the request left out. A field that was sent, even empty, is not defaulted. */
function completeLine(
  erp: Erp,
  company: string,
  name: Values,
  sent: ReadonlyMap<string, string>,
  day: string,
): Record<string, string> {
  const currency = sent.get('CurrencyCode') ?? '';
  const values: Record<string, string> = {
    Company: company,
    OffsetCompany: company,
    AccountType: 'Ledger',
    OffsetAccountType: name.OffsetAccountType ?? 'Ledger',
    OffsetAccountDisplayValue: name.OffsetAccountDisplayValue ?? '',
    ExchRate: exchangeRate(erp, company, currency, day) ?? '0',
    ...Object.fromEntries(sent),
    TransDate: noon(day),
  };
  if (sent.get('ExchRate') === '0') values.ExchRate = exchangeRate(erp, company, currency, day) ?? '0';
  return values;
}

/** validateField for each sent field, then validateWrite. Display values are written as the ERP writes them. */
function validateLine(
  erp: Erp,
  company: string,
  name: Values,
  values: Record<string, string>,
  sent: ReadonlyMap<string, string>,
): void {
  const currency = values.CurrencyCode ?? '';
  const day = dayOf(values.TransDate ?? '');
  if (currency !== '' && erp.db.table('Currencies').find([currency]) === undefined)
    throw notInTable(LINE, 'CurrencyCode', currency, 'Currency', 'Currencies');
  for (const field of ['Company', 'OffsetCompany'] as const)
    if ((values[field] ?? '').toUpperCase() !== company)
      throw fieldInvalid(LINE, field, 'Intercompany journal lines are not supported by the entity.');
    else values[field] = company;
  if (name.IsFixedOffsetAccount === 'Yes' && sent.has('OffsetAccountDisplayValue'))
    throw fieldInvalid(LINE, 'OffsetAccountDisplayValue', `The offset account of journal ${name.Name} is fixed.`);
  for (const [typeField, field] of [
    ['AccountType', 'AccountDisplayValue'],
    ['OffsetAccountType', 'OffsetAccountDisplayValue'],
  ] as const) {
    const accountType = values[typeField] ?? 'Ledger';
    const display = values[field] ?? '';
    if (!['Ledger', 'Bank', 'Cust', 'Vend'].includes(accountType))
      throw fieldInvalid(LINE, typeField, `Account type ${accountType} is not supported by the entity.`);
    if (display !== '') values[field] = checkAccount(erp, { company, accountType, display, field, day, currency });
  }
  for (const field of ['DefaultDimensionDisplayValue', 'OffsetDefaultDimensionDisplayValue'] as const)
    values[field] = checkDefaultDimensions(erp, company, field, values[field] ?? '');

  const { DebitAmount: debit = '0', CreditAmount: credit = '0' } = values;
  if (currency === '') throw fieldMissing(LINE, 'Currency', 'LedgerJournalTrans');
  if ((values.AccountDisplayValue ?? '') === '') throw fieldMissing(LINE, 'Account', 'LedgerJournalTrans');
  if (name.NewVoucher === 'Manually' && (values.Voucher ?? '') === '')
    throw fieldMissing(LINE, 'Voucher', 'LedgerJournalTrans');
  if (debit !== '0' && credit !== '0') throw refuseWrite('A journal line cannot have both a debit and a credit amount');
  if (name.AllowOnlyPositiveDebitsAndCredits === 'Yes' && (debit.startsWith('-') || credit.startsWith('-')))
    throw refuseWrite('Negative amounts are not allowed in this journal');
  if (!isOpen(erp, company, day)) throw refuseWrite(periodNotOpen(day));
}

function refuseWrite(why: string): Refusal {
  return writeFailed(LINE, [
    `Warning: ${why}`,
    "Error: validateWrite failed on data source 'LedgerJournalTrans (LedgerJournalTrans)'",
  ]);
}

/** Changes a header or a line by PATCH. @throws Refusal */
export function patch(erp: Erp, spec: EntitySpec, row: Row, body: unknown): void {
  const entity = spec === HEADERS ? HEADER : LINE;
  const header = headerOf(erp, spec, row);
  refuseClosed(erp, header, entity);
  const sent = readFields(spec, body);
  for (const [name, value] of sent) {
    const isKey = spec.keys.includes(name);
    if (isKey ? value.toLowerCase() !== row.values[name]?.toLowerCase() : spec.notOnEdit.has(name))
      throw fieldInvalid(entity, name, `Field '${name}' does not allow editing.`);
    if (isKey) sent.delete(name);
  }
  if (spec === HEADERS) {
    erp.db.table(spec.set).update(row, Object.fromEntries(sent));
    return;
  }
  const company = row.values.dataAreaId ?? '';
  const name = erp.db.table('JournalNames').find([company, header.values.JournalName ?? ''])?.values ?? {};
  const values: Record<string, string> = { ...row.values, ...Object.fromEntries(sent) };
  validateLine(erp, company, name, values, sent);
  changeTotals(erp, header, row.values, -1n);
  erp.db.table(spec.set).update(row, values);
  changeTotals(erp, header, row.values, 1n);
}

/** Deletes a header without lines, or a line. @throws Refusal */
export function remove(erp: Erp, spec: EntitySpec, row: Row): void {
  const entity = spec === HEADERS ? HEADER : LINE;
  const header = headerOf(erp, spec, row);
  refuseClosed(erp, header, entity);
  if (spec === HEADERS) {
    if (linesOf(erp, row.values.dataAreaId ?? '', row.values.JournalBatchNumber ?? '').length > 0)
      throw writeFailed(HEADER, ['Error: Ledger journal table cannot be deleted while dependent Journal lines exist']);
  } else changeTotals(erp, header, row.values, -1n);
  erp.db.table(spec.set).remove(row);
}

function headerOf(erp: Erp, spec: EntitySpec, row: Row): Row {
  if (spec === HEADERS) return row;
  const { dataAreaId = '', JournalBatchNumber: number = '' } = row.values;
  const header = erp.db.table('LedgerJournalHeaders').find([dataAreaId, number]);
  if (header === undefined) throw notInTable(LINE, 'JournalBatchNumber', number, 'Journal batch number', HEADERS.label);
  return header;
}
