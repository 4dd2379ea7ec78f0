import type { Api } from '../../main/api/executor.ts';
import { type MappingInput, saveMapping } from '../../main/coding/mappings.ts';
import type { LedgerReference } from '../../main/connectors/capabilities.ts';
import { instantNow } from '../../main/core/clock.ts';
import type { Daybook } from '../../main/daybook.ts';
import { LOGINS } from './bank.ts';

const ENTITY = 'HPGM';

/** A workspace with a bank of two logins, an ERP of ordinary size, and rules. */
export async function setUp(daybook: Daybook, api: Api, bank: string): Promise<void> {
  const { feeds } = daybook;
  const connection = { environment: 'sandbox', secrets: { secret: 'bench' } } as const;
  const config = { clientId: 'bench', endpoint: bank };
  const { id } = await feeds.saveConnection({ ...connection, kind: 'plaid', name: 'Bank', config }, 'bench');
  for (const { token, item } of Object.values(LOGINS))
    await feeds.registerFeed(id, { providerFeedId: item, accessToken: token }, 'bench');
  const erp = { endpoint: 'http://127.0.0.1:9', tenant: 'contoso.example', clientId: 'bench' };
  const ledger = await feeds.saveConnection({ ...connection, kind: 'd365', name: 'ERP', config: erp }, 'bench');
  const row = { data_json: JSON.stringify(reference()), fetched_at: instantNow(daybook.ports.clock) };
  await daybook.store.write((trx) =>
    trx
      .insertInto('ledger_reference')
      .values({ connection_id: ledger.id, legal_entity: ENTITY, ...row })
      .execute(),
  );
  for (const [at, account] of (await feeds.listAccounts()).entries())
    await saveMapping(daybook.coding, { ...mapping(account.id, ledger.id), bankAccount: `BANK-${at}` }, 'bench');
  for (let merchant = 0; merchant < 20; merchant++)
    await api.run('rules.save', {
      rule: {
        name: `Harbor Supply ${merchant}`,
        when: { field: 'counterparty', is: `Harbor Supply No ${merchant}` },
        then: { account: `60${String(merchant).padStart(4, '0')}` },
      },
    });
}

function mapping(feedAccountId: string, ledgerConnectionId: string): Omit<MappingInput, 'bankAccount'> {
  return {
    ...{ feedAccountId, ledgerConnectionId, legalEntity: ENTITY, journalName: 'BankFeed' },
    ...{ offsetAccount: '600100', dimensions: {}, transferAccount: null, clearingAccount: null, startDate: null },
    ...{ pending: 'wait', grouping: 'account_day', suggestions: 'beside', autoApprove: false },
  };
}

function reference(): LedgerReference {
  const bank = { name: 'Bank', number: null, iban: null, currency: 'USD', usable: true, mainAccount: null };
  return {
    legalEntity: ENTITY,
    currency: 'USD',
    accounts: Array.from({ length: 800 }, (_, at) => ({
      ...{ account: `60${String(at).padStart(4, '0')}`, name: `Account ${at}`, usable: true, type: 'Expense' },
    })),
    bankAccounts: [0, 1].map((at) => ({ ...bank, id: `BANK-${at}` })),
    journalNames: [{ name: 'BankFeed', description: 'Bank feed', usable: true, warnings: [] }],
    periods: [{ name: 'All', from: '2024-01-01', to: '2026-12-31', open: true }],
    parties: Array.from({ length: 3_000 }, (_, at) => ({
      ...{ kind: 'vendor' as const, account: `V-${at}`, name: `Vendor ${at}`, blocked: false, currency: null },
    })),
    dimensions: [{ name: 'CostCenter', values: Array.from({ length: 200 }, (_, at) => `CC${at}`) }],
    missing: [],
  };
}
