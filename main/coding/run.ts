import type { Instant } from '../core/calendar.ts';
import { instantNow } from '../core/clock.ts';
import { newId } from '../core/ids.ts';
import type { ActiveRule } from './code-line.ts';
import type { CodingContext } from './context.ts';
import { type LedgerBook, loadLedgerBook } from './ledger-reference.ts';
import { listMappings, type Mapping } from './mappings.ts';
import { activeRules } from './rules.ts';
import { learn, ledgerKey, loadPast, type SuggestionModel } from './suggest.ts';
import type { OwnAccount } from './transfers.ts';

/** Everything that coding asks while it runs, read once. */
export type Run = {
  readonly workspaceId: string;
  readonly mappings: readonly Mapping[];
  readonly byAccount: ReadonlyMap<string, Mapping>;
  readonly byId: ReadonlyMap<string, Mapping>;
  readonly accounts: readonly OwnAccount[];
  readonly rules: readonly ActiveRule[];
  readonly model: SuggestionModel;
  bookOf(mapping: Pick<Mapping, 'ledgerConnectionId' | 'legalEntity'>): LedgerBook | null;
  newId(): string;
  at(): Instant;
};

/** Reads mappings, rules, the ledgers' references and what there is to learn from. */
export async function startRun(context: CodingContext): Promise<Run> {
  const { store } = context;
  const mappings = await listMappings(store.read);
  const books = new Map<string, LedgerBook | null>();
  for (const { ledgerConnectionId, legalEntity } of mappings) {
    const key = ledgerKey(ledgerConnectionId, legalEntity);
    if (!books.has(key)) books.set(key, await loadLedgerBook(store.read, ledgerConnectionId, legalEntity));
  }
  const byAccount = new Map(mappings.map((mapping) => [mapping.feedAccountId, mapping]));
  const accounts = await store.read.selectFrom('feed_account').select(['id', 'name', 'mask']).execute();
  return {
    workspaceId: store.workspaceId,
    mappings,
    byAccount,
    byId: new Map(mappings.map((mapping) => [mapping.id, mapping])),
    accounts: accounts.flatMap(({ id, name, mask }) => {
      const mapping = byAccount.get(id);
      return mapping === undefined
        ? []
        : [{ feedAccountId: id, name, mask, ledger: ledgerKey(mapping.ledgerConnectionId, mapping.legalEntity) }];
    }),
    rules: await activeRules(store.read),
    model: learn(await loadPast(store.read)),
    bookOf: (mapping) => books.get(ledgerKey(mapping.ledgerConnectionId, mapping.legalEntity)) ?? null,
    newId: () => newId('prop', context),
    at: () => instantNow(context.clock),
  };
}
