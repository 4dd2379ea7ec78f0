import type { Reader } from '../store/store.ts';
import { type LedgerDirectory, loadDirectory } from './ledger-directory.ts';
import { listMappings } from './mappings.ts';

/** A legal entity of a ledger whose bank accounts are compared. */
export type LedgerPlace = { readonly ledgerConnectionId: string; readonly legalEntity: string };

export type MappingCandidate = LedgerPlace & {
  readonly bankAccount: string;
  readonly bankAccountName: string;
  /** The bank account's own, or the only usable one, or the one whose name or description speaks of banks. */
  readonly journalName: string | null;
  /** 0 to 100. */
  readonly score: number;
  readonly reasons: readonly string[];
};

export type MappingProposal = { readonly feedAccountId: string; readonly candidates: readonly MappingCandidate[] };

type FeedAccount = {
  readonly id: string;
  readonly name: string;
  readonly official_name: string | null;
  readonly mask: string | null;
  readonly currency: string | null;
  readonly number_fingerprint: string | null;
  readonly environment: string;
};

type Place = LedgerPlace & { readonly environment: string; readonly directory: LedgerDirectory };

/**
 * For each open feed account without a mapping: the bank accounts of these places that may be the same, best first, with
 * the reasons. An equal account number or IBAN says nearly all; mask, currency and name are hints. Test money is never
 * offered to real books. Nothing is saved.
 */
export async function proposeMappings(db: Reader, among: readonly LedgerPlace[]): Promise<MappingProposal[]> {
  const mappings = await listMappings(db);
  const mapped = new Set(mappings.map((mapping) => mapping.feedAccountId));
  const taken = new Set(mappings.map((mapping) => keyOf(mapping, mapping.bankAccount)));
  const connections = await db.selectFrom('connection').select(['id', 'environment']).execute();
  const environmentOf = new Map(connections.map(({ id, environment }) => [id, environment]));
  const places: Place[] = [];
  for (const { ledgerConnectionId, legalEntity } of among) {
    const directory = await loadDirectory(db, ledgerConnectionId, legalEntity);
    const environment = environmentOf.get(ledgerConnectionId);
    if (directory && environment !== undefined)
      places.push({ ledgerConnectionId, legalEntity, environment, directory });
  }
  const accounts = await db
    .selectFrom('feed_account')
    .innerJoin('feed', 'feed.id', 'feed_account.feed_id')
    .innerJoin('connection', 'connection.id', 'feed.connection_id')
    .select([
      'feed_account.id',
      'feed_account.name',
      'feed_account.official_name',
      'feed_account.mask',
      'feed_account.currency',
      'feed_account.number_fingerprint',
      'connection.environment',
    ])
    .where('feed_account.closed_at', 'is', null)
    .orderBy('feed_account.name')
    .execute();
  return accounts
    .filter((account) => !mapped.has(account.id))
    .map((account) => ({
      feedAccountId: account.id,
      candidates: places
        .filter(({ environment }) => environment === account.environment)
        .flatMap((place) => candidatesIn(place, account, taken))
        .sort((a, b) => b.score - a.score || (a.bankAccount < b.bankAccount ? -1 : 1))
        .slice(0, 5),
    }));
}

/** Banks that have an open account without a mapping whose number was never read. */
export async function feedsWithoutNumbers(db: Reader): Promise<Array<{ readonly id: string; readonly name: string }>> {
  const feeds = await db
    .selectFrom('feed')
    .innerJoin('feed_account', 'feed_account.feed_id', 'feed.id')
    .innerJoin('connection', 'connection.id', 'feed.connection_id')
    .leftJoin('mapping', 'mapping.feed_account_id', 'feed_account.id')
    .select(['feed.id', 'feed.institution_name'])
    .distinct()
    .where('mapping.id', 'is', null)
    .where('feed_account.closed_at', 'is', null)
    .where('feed_account.number_sealed', 'is', null)
    .where('connection.state', '<>', 'removed')
    .where('feed.state', '<>', 'removed')
    .orderBy('feed.institution_name')
    .execute();
  return feeds.map(({ id, institution_name }) => ({ id, name: institution_name ?? 'A bank' }));
}

function candidatesIn(place: Place, account: FeedAccount, taken: ReadonlySet<string>): MappingCandidate[] {
  const { ledgerConnectionId, legalEntity, directory } = place;
  return directory.bankAccounts.flatMap((bank): MappingCandidate[] => {
    if (!bank.usable || taken.has(keyOf(place, bank.id))) return [];
    const { score, reasons } = compare(account, bank);
    if (score <= 0) return [];
    const journalName = journalNameOf(directory, bank);
    return [
      {
        ledgerConnectionId,
        legalEntity,
        bankAccount: bank.id,
        bankAccountName: bank.name,
        journalName,
        score,
        reasons,
      },
    ];
  });
}

/** Points add up to 100; another currency rules the account out. */
function compare(
  account: FeedAccount,
  bank: LedgerDirectory['bankAccounts'][number],
): { score: number; reasons: string[] } {
  const reasons: string[] = [];
  let score = 0;
  if (account.currency !== null && bank.currency !== '' && account.currency !== bank.currency)
    return { score: 0, reasons };
  const print = account.number_fingerprint;
  if (print !== null && (print === bank.numberFingerprint || print === bank.ibanFingerprint)) {
    score += 70;
    reasons.push(print === bank.ibanFingerprint ? 'same IBAN' : 'same account number');
  } else if (account.mask !== null && bank.last4?.endsWith(account.mask)) {
    score += 40;
    reasons.push(`number ends with ${account.mask}`);
  }
  const shared = sharedWords(`${account.name} ${account.official_name ?? ''}`, `${bank.name} ${bank.id}`);
  if (shared.length > 0) {
    score += Math.min(20, 10 * shared.length);
    reasons.push(`name: ${shared.join(', ')}`);
  }
  if (score === 0) return { score, reasons };
  if (account.currency !== null && account.currency === bank.currency) {
    score += 10;
    reasons.push(`both ${bank.currency}`);
  }
  return { score, reasons };
}

/** Words that say nothing about which account it is. */
const COMMON = new Set(['account', 'bank', 'the', 'of', 'and', 'checking', 'savings', 'business', 'usd', 'eur']);

function sharedWords(a: string, b: string): string[] {
  const words = (text: string) =>
    text
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word.length > 2 && !COMMON.has(word));
  const others = new Set(words(b));
  return [...new Set(words(a))].filter((word) => others.has(word));
}

/** Of a bank account's own journal names the one that is called alike; of all, the one that speaks of banks. */
function journalNameOf(directory: LedgerDirectory, bank: LedgerDirectory['bankAccounts'][number]): string | null {
  const own = bank.journalNames;
  const usable = directory.journalNames.filter(({ name, usable: can }) => can && (own === null || own.includes(name)));
  const [only] = usable;
  if (usable.length === 1 && only) return only.name;
  const alike = (text: string) => (own === null ? /bank/i.test(text) : sharedWords(text, bank.name).length > 0);
  return usable.find((journal) => alike(`${journal.name} ${journal.description}`))?.name ?? null;
}

function keyOf({ ledgerConnectionId, legalEntity }: LedgerPlace, bankAccount: string): string {
  return `${ledgerConnectionId} ${legalEntity} ${bankAccount}`.toLowerCase();
}
