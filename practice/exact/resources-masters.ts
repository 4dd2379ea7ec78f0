/** The masters that are served. */
import { allCurrencies, exponentOf } from '../../main/core/currencies.ts';
import { MASTER_FIELDS } from './fields-masters.ts';
import { type Caller, listOf, type Resource, rowsOf } from './resource.ts';
import { RELATIONS } from './resources-relations.ts';
import { declareFields, rekeyed, type Values } from './schema.ts';
import { isClosed } from './site.ts';
import {
  costValues,
  exchangeRateValues,
  glAccountValues,
  journalValues,
  periodValues,
  vatCodeValues,
  vatPercentageValues,
} from './views.ts';

const LEDGERS = 'financial.generalledgers';
const ACCOUNTING = 'financial.accounting';
const ALL_OF_SYNC = { fields: ['Timestamp'], operators: ['gt'] };

const glAccountFields = declareFields(MASTER_FIELDS.GLAccounts);
const glAccountRows = ({ division }: Caller) => rowsOf(division.glAccounts, (one) => glAccountValues(division, one));

const vatPercentages = listOf({
  path: 'vat/VatPercentages',
  type: 'VatPercentage',
  fields: declareFields(MASTER_FIELDS.VatPercentages),
  scope: LEDGERS,
  rows: ({ division }) => rowsOf(division.vatCodes, (one) => vatPercentageValues(division, one)),
});

export const MASTERS: readonly Resource[] = [
  ...RELATIONS,
  listOf({
    path: 'financial/Journals',
    type: 'Financial.Journal',
    fields: declareFields(MASTER_FIELDS.Journals),
    scope: LEDGERS,
    rows: ({ division }) => rowsOf(division.journals, (one) => journalValues(division, one)),
  }),
  listOf({
    path: 'financial/GLAccounts',
    type: 'Financial.GLAccount',
    fields: glAccountFields,
    scope: LEDGERS,
    rows: glAccountRows,
  }),
  listOf({
    path: 'bulk/Financial/GLAccounts',
    type: 'Financial.GLAccount',
    fields: rekeyed(glAccountFields, 'ID'),
    scope: LEDGERS,
    bulk: true,
    rows: glAccountRows,
  }),
  listOf({
    path: 'sync/Financial/GLAccounts',
    type: 'Sync.GLAccount',
    fields: rekeyed(
      declareFields(MASTER_FIELDS.GLAccounts, { add: 'Timestamp:Int64', drop: ['DeductibilityPercentages'] }),
      'Timestamp',
    ),
    key: 'Timestamp',
    order: 'Timestamp',
    scope: LEDGERS,
    bulk: true,
    filterable: ALL_OF_SYNC,
    rows: glAccountRows,
  }),
  listOf({
    path: 'financial/FinancialPeriods',
    type: 'Financial.FinancialPeriod',
    fields: declareFields(MASTER_FIELDS.FinancialPeriods),
    scope: ACCOUNTING,
    rows: ({ division }) => division.periods.map((one) => periodValues(division, one)),
  }),
  listOf({
    path: 'read/financial/JournalStatusList',
    type: 'Financial.JournalStatusList',
    fields: declareFields(MASTER_FIELDS.JournalStatusList),
    key: 'Journal',
    scope: ACCOUNTING,
    rows: journalStatusRows,
  }),
  listOf({
    path: 'financial/ExchangeRates',
    type: 'Financial.ExchangeRate',
    fields: declareFields(MASTER_FIELDS.ExchangeRates),
    scope: 'financial.currencies',
    rows: ({ division }) => division.exchangeRates.map((one) => exchangeRateValues(division, one)),
  }),
  listOf({
    path: 'general/Currencies',
    type: 'General.Currency',
    fields: declareFields(MASTER_FIELDS.Currencies),
    key: 'Code',
    scope: 'financial.currencies',
    rows: () => allCurrencies().map((code) => ({ Code: code, Description: code, AmountPrecision: precisionOf(code) })),
  }),
  listOf({
    path: 'hrm/Costcenters',
    type: 'HRM.Costcenter',
    fields: declareFields(MASTER_FIELDS.Costcenters),
    scope: 'financial.costcenters',
    rows: ({ division }) => rowsOf(division.costCenters, (one) => costValues(division, one)),
  }),
  listOf({
    path: 'hrm/Costunits',
    type: 'HRM.Costunit',
    fields: declareFields(MASTER_FIELDS.Costunits),
    scope: 'financial.costcenters',
    rows: ({ division }) => rowsOf(division.costUnits, (one) => costValues(division, one)),
  }),
  listOf({
    path: 'vat/VATCodes',
    type: 'Vat.VATCode',
    fields: declareFields(MASTER_FIELDS.VATCodes),
    scope: LEDGERS,
    rows: ({ division }) => rowsOf(division.vatCodes, (one) => vatCodeValues(division, one)),
    expand: {
      name: 'VATPercentages',
      lines: vatPercentages,
      rows: ({ division }, key) => {
        const code = division.vatCodes.get(String(key));
        return code === undefined ? [] : [vatPercentageValues(division, code)];
      },
    },
  }),
  vatPercentages,
];

/** A row for every journal and period, 0 open and 1 closed. */
function* journalStatusRows({ division }: Caller): Iterable<Values> {
  for (const journal of division.journals.values())
    for (const { year, period } of division.periods) {
      const closed = isClosed(division, journal.code, year, period);
      yield {
        '#': `Journal='${journal.code}',Period=${period},Year=${year}`,
        Journal: journal.code,
        Year: year,
        Period: period,
        JournalDescription: journal.description,
        JournalType: journal.type,
        Status: closed ? 1 : 0,
        StatusDescription: closed ? 'Closed' : 'Open',
      };
    }
}

/** The smallest amount of a currency, as a decimal text. */
function precisionOf(code: string): string {
  const exponent = exponentOf(code) ?? 2;
  return exponent === 0 ? '1' : `0.${'1'.padStart(exponent, '0')}`;
}
