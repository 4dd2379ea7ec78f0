/** Entries, their lines, the ledger's rows and what was deleted. */
import { addDays } from '../../main/core/calendar.ts';
import type { Entry } from './books.ts';
import { ENTRY_FIELDS } from './fields-entries.ts';
import { deleteEntry, postEntry, postLine } from './posting.ts';
import { type Caller, listOf, type Resource } from './resource.ts';
import { declareFields, rekeyed, type Values } from './schema.ts';
import {
  bankEntryValues,
  bankLineValues,
  generalEntryValues,
  generalLineValues,
  linesOf,
  transactionValues,
} from './views-entries.ts';

const ACCOUNTING = 'financial.accounting';
/** `sync/Deleted` forgets after two months. */
const DELETED_KEPT_DAYS = 61;

const bankLineFields = declareFields(ENTRY_FIELDS.BankEntryLines);
const generalLineFields = declareFields(ENTRY_FIELDS.GeneralJournalEntryLines);
const transactionFields = declareFields(ENTRY_FIELDS.TransactionLines);

const BANK_LINES: Resource = listOf({
  path: 'financialtransaction/BankEntryLines',
  type: 'Financial.BankEntryLine',
  fields: bankLineFields,
  scope: ACCOUNTING,
  rows: ({ division }) => linesOf(division, 'bank', ['line'], bankLineValues),
  create: (caller, body) => {
    const { entry, line } = postLine(caller, 'bank', body, bankLineFields);
    return bankLineValues(caller.division, entry, line);
  },
});

const GENERAL_LINES: Resource = listOf({
  path: 'generaljournalentry/GeneralJournalEntryLines',
  type: 'Financial.GeneralJournalEntryLine',
  fields: generalLineFields,
  scope: ACCOUNTING,
  rows: ({ division }) => linesOf(division, 'general', ['line'], generalLineValues),
  create: (caller, body) => {
    const { entry, line } = postLine(caller, 'general', body, generalLineFields);
    return generalLineValues(caller.division, entry, line);
  },
});

export const ENTRIES: readonly Resource[] = [
  headers('bank', 'financialtransaction/BankEntries', 'BankEntry', ENTRY_FIELDS.BankEntries, BANK_LINES),
  BANK_LINES,
  headers(
    'general',
    'generaljournalentry/GeneralJournalEntries',
    'GeneralJournalEntry',
    ENTRY_FIELDS.GeneralJournalEntries,
    GENERAL_LINES,
  ),
  GENERAL_LINES,
  listOf({
    path: 'financialtransaction/TransactionLines',
    type: 'Financial.TransactionLine',
    fields: transactionFields,
    scope: ACCOUNTING,
    rows: transactionRows,
  }),
  listOf({
    path: 'bulk/Financial/TransactionLines',
    type: 'Financial.TransactionLine',
    fields: rekeyed(transactionFields, 'ID'),
    scope: ACCOUNTING,
    bulk: true,
    rows: transactionRows,
  }),
  listOf({
    path: 'sync/Financial/TransactionLines',
    type: 'Sync.TransactionLine',
    fields: rekeyed(
      declareFields(ENTRY_FIELDS.TransactionLines, { add: 'Timestamp:Int64', drop: ['ShopOrder'] }),
      'Timestamp',
    ),
    key: 'Timestamp',
    order: 'Timestamp',
    scope: ACCOUNTING,
    bulk: true,
    filterable: { fields: ['Timestamp'], operators: ['gt'] },
    rows: transactionRows,
  }),
  listOf({
    path: 'sync/Deleted',
    type: 'Sync.Deleted',
    fields: declareFields(ENTRY_FIELDS.Deleted),
    key: 'Timestamp',
    order: 'Timestamp',
    scope: 'organization.administration',
    bulk: true,
    filterable: { fields: ['Timestamp'], operators: ['gt'] },
    rows: deletedRows,
  }),
];

function headers(kind: Entry['kind'], path: string, type: string, declaration: string, lines: Resource): Resource {
  const fields = declareFields(declaration);
  const values = kind === 'bank' ? bankEntryValues : generalEntryValues;
  const lineValues = kind === 'bank' ? bankLineValues : generalLineValues;
  return listOf({
    path,
    type: `Financial.${type}`,
    fields,
    key: 'EntryID',
    scope: ACCOUNTING,
    rows: ({ division }) =>
      [...division.entries.values()].filter((entry) => entry.kind === kind).map((entry) => values(division, entry)),
    expand: {
      name: `${type}Lines`,
      lines,
      rows: ({ division }, key) => {
        const entry = division.entries.get(String(key));
        const sent = entry?.lines.filter(({ role }) => role === 'line') ?? [];
        return entry === undefined ? [] : sent.map((line) => lineValues(division, entry, line));
      },
    },
    create: (caller, body) =>
      values(caller.division, postEntry(caller, kind, body, { header: fields, line: lines.fields })),
    remove: (caller, key) => deleteEntry(caller, kind, key),
  });
}

function transactionRows({ division }: Caller): Iterable<Values> {
  return linesOf(division, 'any', ['bank', 'line', 'vat'], transactionValues);
}

function deletedRows({ site, division }: Caller): Values[] {
  const oldest = addDays(site.now().slice(0, 10), -DELETED_KEPT_DAYS);
  return division.deleted
    .filter(({ created }) => created >= oldest)
    .map(({ id, timestamp, created, entityType, entityKey, by }) => ({
      ID: id,
      Timestamp: String(timestamp),
      EntityType: entityType,
      EntityKey: entityKey,
      DeletedBy: by,
      DeletedDate: created,
      Division: division.code,
    }));
}

const SYNCED = { TransactionLines: 'entries', GLAccounts: 'glAccounts', Accounts: 'relations' } as const;

/**
 * The row version from which a sync must read to see everything changed since a moment: the highest one before it.
 * @returns undefined for an endpoint that has no sync twin.
 */
export function syncTimestamp({ division }: Caller, endPoint: string, since: string): bigint | undefined {
  const kind = Object.entries(SYNCED).find(([name]) => name.toLowerCase() === endPoint.toLowerCase())?.[1];
  if (kind === undefined) return undefined;
  const records =
    kind === 'entries' ? [...division.entries.values()].flatMap(({ lines }) => lines) : [...division[kind].values()];
  let highest = 1n;
  for (const { modified, timestamp } of records) if (modified < since && timestamp > highest) highest = timestamp;
  return highest;
}
