/** The masters that are served. */
import { allCurrencies, exponentOf } from '../../main/core/currencies.ts';
import { MASTER_FIELDS } from './fields-masters.ts';
import type { Caller, Resource } from './resource.ts';
import { declareFields, rekeyed, type Values } from './schema.ts';
import { isClosed } from './site.ts';
import {
  bankAccountValues,
  costValues,
  exchangeRateValues,
  glAccountValues,
  hrmDivision,
  journalValues,
  periodValues,
  relationValues,
  systemDivision,
  vatCodeValues,
  vatPercentageValues,
} from './views.ts';

const LEDGERS = 'financial.generalledgers';
const ACCOUNTING = 'financial.accounting';
const ADMINISTRATION = 'organization.administration';
const RELATIONS = 'crm.accounts';
const ALL_OF_SYNC = { fields: ['Timestamp'], operators: ['gt'] };

type Plain = Pick<Resource, 'path' | 'type' | 'fields' | 'rows'> & Partial<Resource>;
export const listOf = (resource: Plain): Resource => ({ key: 'ID', selectDemanded: true, ...resource });

const glAccountFields = declareFields(MASTER_FIELDS.GLAccounts);
const relationFields = declareFields(MASTER_FIELDS.Accounts);
const glAccountRows = ({ division }: Caller) => rows(division.glAccounts, (one) => glAccountValues(division, one));
const relationRows = ({ division }: Caller) => rows(division.relations, (one) => relationValues(division, one));

const relationBankAccounts = listOf({
  path: 'crm/BankAccounts',
  type: 'BankAccount',
  fields: declareFields(MASTER_FIELDS.BankAccounts),
  scope: RELATIONS,
  rows: ({ division }) =>
    [...division.relations.values()].flatMap((relation) =>
      relation.bankAccounts.map((account) => bankAccountValues(division, relation, account)),
    ),
});

const vatPercentages = listOf({
  path: 'vat/VatPercentages',
  type: 'VatPercentage',
  fields: declareFields(MASTER_FIELDS.VatPercentages),
  scope: LEDGERS,
  rows: ({ division }) => rows(division.vatCodes, (one) => vatPercentageValues(division, one)),
});

export const ME: Resource = {
  path: 'Me',
  type: 'System.Me',
  fields: declareFields(MASTER_FIELDS.Me),
  key: 'UserID',
  selectDemanded: false,
  rows: ({ site, user, division }) => [
    {
      UserID: user.id,
      UserName: user.userName,
      FullName: user.fullName,
      Email: user.email,
      CurrentDivision: division.code,
      AccountingDivision: division.code,
      Language: user.language,
      LanguageCode: { nl: 'nl-NL', de: 'de-DE', en: 'en-GB' }[user.language],
      Legislation: '1',
      ServerTime: site.now(),
      ServerUtcOffset: '1',
      IsClientUser: false,
      IsEmployeeSelfServiceUser: false,
      IsMyFirmLiteUser: false,
      IsMyFirmPortalUser: false,
      IsStarterUser: false,
    },
  ],
};

/** Divisions are added by the service, which knows the grants. */
export function divisionResources(granted: (caller: Caller) => ReadonlySet<number>): Resource[] {
  return [
    listOf({
      path: 'system/Divisions',
      type: 'System.Division',
      fields: declareFields(MASTER_FIELDS.SystemDivisions),
      key: 'Code',
      scope: ADMINISTRATION,
      rows: (caller) =>
        [...caller.site.divisions.values()]
          .filter(({ code }) => granted(caller).has(code))
          .map((one) => systemDivision(one, one.code === caller.user.currentDivision)),
    }),
    listOf({
      path: 'hrm/Divisions',
      type: 'HRM.Division',
      fields: declareFields(MASTER_FIELDS.HrmDivisions),
      key: 'Code',
      scope: ADMINISTRATION,
      rows: ({ site, division }) =>
        [...site.divisions.values()].filter((one) => one.customerName === division.customerName).map(hrmDivision),
    }),
  ];
}

export const MASTERS: readonly Resource[] = [
  listOf({
    path: 'financial/Journals',
    type: 'Financial.Journal',
    fields: declareFields(MASTER_FIELDS.Journals),
    scope: LEDGERS,
    rows: ({ division }) => rows(division.journals, (one) => journalValues(division, one)),
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
    path: 'crm/Accounts',
    type: 'CRM.Account',
    fields: relationFields,
    scope: RELATIONS,
    rows: relationRows,
    expand: {
      name: 'BankAccounts',
      lines: relationBankAccounts,
      rows: ({ division }, key) => {
        const relation = division.relations.get(String(key));
        return relation?.bankAccounts.map((account) => bankAccountValues(division, relation, account)) ?? [];
      },
    },
  }),
  listOf({
    path: 'bulk/CRM/Accounts',
    type: 'CRM.Account',
    fields: rekeyed(relationFields, 'ID'),
    scope: RELATIONS,
    bulk: true,
    rows: relationRows,
  }),
  listOf({
    path: 'sync/CRM/Accounts',
    type: 'Sync.Account',
    fields: rekeyed(declareFields(MASTER_FIELDS.Accounts, { add: 'Timestamp:Int64' }), 'Timestamp'),
    key: 'Timestamp',
    order: 'Timestamp',
    scope: RELATIONS,
    bulk: true,
    filterable: ALL_OF_SYNC,
    rows: relationRows,
  }),
  relationBankAccounts,
  listOf({
    path: 'hrm/Costcenters',
    type: 'HRM.Costcenter',
    fields: declareFields(MASTER_FIELDS.Costcenters),
    scope: 'financial.costcenters',
    rows: ({ division }) => rows(division.costCenters, (one) => costValues(division, one)),
  }),
  listOf({
    path: 'hrm/Costunits',
    type: 'HRM.Costunit',
    fields: declareFields(MASTER_FIELDS.Costunits),
    scope: 'financial.costcenters',
    rows: ({ division }) => rows(division.costUnits, (one) => costValues(division, one)),
  }),
  listOf({
    path: 'vat/VATCodes',
    type: 'Vat.VATCode',
    fields: declareFields(MASTER_FIELDS.VATCodes),
    scope: LEDGERS,
    rows: ({ division }) => rows(division.vatCodes, (one) => vatCodeValues(division, one)),
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

function* rows<T>(records: ReadonlyMap<string, T>, values: (record: T) => Values): Iterable<Values> {
  for (const record of records.values()) yield values(record);
}
