import { z } from 'zod';
import type { CalendarDate } from '../core/calendar.ts';
import type { AccountType, Dimensions } from '../core/entry.ts';
import { lockedBankAccounts } from '../store/sign-offs.ts';
import type { Reader, Writer } from '../store/store.ts';

/** The parts of a stored LedgerReference that codings are checked against; other fields are kept and ignored. */
const referenceSchema = z.object({
  legalEntity: z.string(),
  accounts: z.array(z.object({ account: z.string(), name: z.string(), usable: z.boolean() })),
  bankAccounts: z.array(z.object({ id: z.string(), currency: z.string(), usable: z.boolean() })),
  journalNames: z.array(z.object({ name: z.string(), usable: z.boolean() })),
  parties: z.array(z.object({ kind: z.enum(['customer', 'vendor']), account: z.string(), blocked: z.boolean() })),
  dimensions: z.array(
    z.object({ name: z.string(), values: z.array(z.string()), notOfMovedMoney: z.boolean().optional() }),
  ),
  missing: z.array(z.string()),
  /** Absent in copies of before Daybook kept it, and for ledgers without rules of their own. */
  postingRules: z.object({ transfers: z.string().optional() }).optional(),
});

/** What the ledger accepts, ready for looking up. A part that the ledger did not give is null and is not checked. */
export type LedgerBook = {
  readonly legalEntity: string;
  readonly accounts: ReadonlyMap<string, boolean> | null;
  readonly bankAccounts: ReadonlyMap<string, boolean> | null;
  readonly journalNames: ReadonlyMap<string, boolean> | null;
  readonly customers: ReadonlyMap<string, boolean> | null;
  readonly vendors: ReadonlyMap<string, boolean> | null;
  readonly dimensions: ReadonlyMap<string, ReadonlySet<string>> | null;
  /** Dimensions that say nothing about money that only moves, such as a tax code. */
  readonly notOfMovedMoney?: ReadonlySet<string>;
  /** An own transfer is an entry on each side. */
  readonly transfersEachSide?: boolean;
  /** The last day up to which a bank account is signed off, by its code in lower case. */
  readonly signedOffUntil?: ReadonlyMap<string, CalendarDate>;
};

/** The cached reference of a legal entity; null when none was fetched yet. */
export async function loadLedgerBook(
  db: Reader | Writer,
  connectionId: string,
  legalEntity: string,
): Promise<LedgerBook | null> {
  const row = await db
    .selectFrom('ledger_reference')
    .select('data_json')
    .where('connection_id', '=', connectionId)
    .where('legal_entity', '=', legalEntity)
    .executeTakeFirst();
  if (row === undefined) return null;
  const signedOffUntil = await lockedBankAccounts(db, connectionId, legalEntity);
  return { ...ledgerBookOf(JSON.parse(row.data_json)), signedOffUntil };
}

/** The lookup tables of a LedgerReference. Account codes compare without case, as ERPs do. */
export function ledgerBookOf(data: unknown): LedgerBook {
  const reference = referenceSchema.parse(data);
  const given = <T>(part: string, list: readonly T[]) => !reference.missing.includes(part) && list.length > 0;
  const table = <T>(part: string, list: readonly T[], entry: (item: T) => readonly [string, boolean]) =>
    given(part, list) ? new Map(list.map(entry).map(([code, usable]) => [code.toLowerCase(), usable])) : null;
  const parties = (kind: 'customer' | 'vendor') =>
    table(
      'parties',
      reference.parties.filter((party) => party.kind === kind),
      (party) => [party.account, !party.blocked],
    );
  return {
    legalEntity: reference.legalEntity,
    accounts: table('accounts', reference.accounts, (account) => [account.account, account.usable]),
    bankAccounts: table('bankAccounts', reference.bankAccounts, (bank) => [bank.id, bank.usable]),
    journalNames: table('journalNames', reference.journalNames, (journal) => [journal.name, journal.usable]),
    customers: parties('customer'),
    vendors: parties('vendor'),
    dimensions: given('dimensions', reference.dimensions)
      ? new Map(
          reference.dimensions.map(({ name, values }) => [
            name,
            new Set(reference.missing.includes(name) ? [] : values.map((value) => value.toLowerCase())),
          ]),
        )
      : null,
    notOfMovedMoney: new Set(reference.dimensions.flatMap((one) => (one.notOfMovedMoney ? [one.name] : []))),
    transfersEachSide: reference.postingRules?.transfers === 'each_side',
  };
}

/** A mapping's default dimensions on an account that money only passes: without those that are not of it. */
export function dimensionsOfMovedMoney(dimensions: Dimensions, book: LedgerBook | null): Dimensions {
  const kept = Object.entries(dimensions).filter(([name]) => book?.notOfMovedMoney?.has(name) !== true);
  return Object.fromEntries(kept);
}

const NAMES: Record<AccountType, string> = {
  ledger: 'Account',
  bank: 'Bank account',
  customer: 'Customer',
  vendor: 'Vendor',
};

/** Why a coding cannot stand in this ledger: sentences, none when it can. Null for a book that is not known yet. */
export function codingProblems(
  book: LedgerBook | null,
  coding: { readonly accountType: AccountType; readonly account: string; readonly dimensions: Dimensions },
): string[] {
  if (book === null) return [];
  const { accountType, account } = coding;
  const problems: string[] = [];
  const tables = { ledger: book.accounts, bank: book.bankAccounts, customer: book.customers, vendor: book.vendors };
  const usable = tables[accountType]?.get(account.toLowerCase());
  if (tables[accountType] && usable === undefined)
    problems.push(`${NAMES[accountType]} ${account} does not exist in ${book.legalEntity}. Choose another.`);
  else if (usable === false)
    problems.push(`${NAMES[accountType]} ${account} cannot be used in ${book.legalEntity}. Choose another.`);
  for (const [name, value] of Object.entries(coding.dimensions)) {
    if (book.dimensions === null || value === '') continue;
    const values = book.dimensions.get(name);
    if (values === undefined) problems.push(`Dimension ${name} does not exist in ${book.legalEntity}. Remove it.`);
    else if (values.size > 0 && !values.has(value.toLowerCase()))
      problems.push(`${value} is not a value of dimension ${name} in ${book.legalEntity}. Choose another.`);
  }
  return problems;
}
