import type { Daybook } from '../daybook.ts';
import { moneyDocument } from './money-document.ts';

/** Connections with their banks and ledgers, and the health of each. Names of secrets only. */
export async function connectionsDocument(daybook: Daybook) {
  const feeds = await daybook.feeds.listFeeds();
  const connections = await daybook.feeds.listConnections();
  return connections.map((connection) => ({
    ...connection,
    feeds: feeds
      .filter((feed) => feed.connectionId === connection.id)
      .map(({ connectionId, connectionName, environment, ...feed }) => feed),
  }));
}

/** Feed accounts with balance (positive = the firm's money), mapping and completeness. */
export async function accountsDocument(daybook: Daybook) {
  const mappings = await daybook.store.read
    .selectFrom('mapping')
    .select(['feed_account_id', 'legal_entity', 'bank_account', 'journal_name'])
    .execute();
  const mappingOf = new Map(mappings.map((mapping) => [mapping.feed_account_id, mapping]));
  const accounts = await daybook.feeds.listAccounts();
  return accounts.map((account) => {
    const mapping = mappingOf.get(account.id);
    return {
      id: account.id,
      bank: account.institutionName,
      name: account.name,
      officialName: account.officialName,
      mask: account.mask,
      type: account.type,
      subtype: account.subtype,
      currency: account.currency,
      unofficialCurrency: account.unofficialCurrency,
      closedAt: account.closedAt,
      balance:
        account.balance === null
          ? null
          : {
              current: moneyDocument(account.balance.current),
              available: moneyDocument(account.balance.available),
              takenAt: account.balance.takenAt,
              source: account.balance.source,
            },
      opening: moneyDocument(account.opening),
      gap:
        account.gap === null
          ? null
          : {
              size: moneyDocument({ minor: account.gap.sizeMinor, currency: account.gap.currency }),
              firstDate: account.gap.firstDate,
              openedAt: account.gap.openedAt,
            },
      mapping: mapping
        ? {
            legalEntity: mapping.legal_entity,
            bankAccount: mapping.bank_account,
            journalName: mapping.journal_name,
          }
        : null,
    };
  });
}
