/** Relations: customers, suppliers and their bank accounts. */
import { MASTER_FIELDS } from './fields-masters.ts';
import { type Caller, listOf, type Resource, rowsOf } from './resource.ts';
import { declareFields, rekeyed } from './schema.ts';
import { bankAccountValues, relationValues } from './views-relations.ts';

const SCOPE = 'crm.accounts';

const relationFields = declareFields(MASTER_FIELDS.Accounts);
const relationRows = ({ division }: Caller) => rowsOf(division.relations, (one) => relationValues(division, one));

const relationBankAccounts = listOf({
  path: 'crm/BankAccounts',
  type: 'BankAccount',
  fields: declareFields(MASTER_FIELDS.BankAccounts),
  scope: SCOPE,
  rows: ({ division }) =>
    [...division.relations.values()].flatMap((relation) =>
      relation.bankAccounts.map((account) => bankAccountValues(division, relation, account)),
    ),
});

export const RELATIONS: readonly Resource[] = [
  listOf({
    path: 'crm/Accounts',
    type: 'CRM.Account',
    fields: relationFields,
    scope: SCOPE,
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
    scope: SCOPE,
    bulk: true,
    rows: relationRows,
  }),
  listOf({
    path: 'sync/CRM/Accounts',
    type: 'Sync.Account',
    fields: rekeyed(declareFields(MASTER_FIELDS.Accounts, { add: 'Timestamp:Int64' }), 'Timestamp'),
    key: 'Timestamp',
    order: 'Timestamp',
    scope: SCOPE,
    bulk: true,
    filterable: { fields: ['Timestamp'], operators: ['gt'] },
    rows: relationRows,
  }),
  relationBankAccounts,
];
