import { z } from 'zod';
import { DaybookError } from '../core/errors.ts';
import type { Reader } from '../store/store.ts';

/** A stored LedgerReference as pickers and screens need it; what an older version did not store is empty. */
const directorySchema = z.object({
  legalEntity: z.string(),
  name: z.string().nullable().default(null),
  currency: z.string().nullable(),
  accounts: z.array(z.object({ account: z.string(), name: z.string(), type: z.string(), usable: z.boolean() })),
  bankAccounts: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      currency: z.string(),
      usable: z.boolean(),
      /** The journal names under which it can be booked; null = any. */
      journalNames: z.array(z.string()).nullable().default(null),
      last4: z.string().nullable().default(null),
      numberFingerprint: z.string().nullable().default(null),
      ibanFingerprint: z.string().nullable().default(null),
    }),
  ),
  journalNames: z.array(
    z.object({
      ...{ name: z.string(), description: z.string(), usable: z.boolean(), warnings: z.array(z.string()) },
      keepsBalances: z.boolean().default(false),
    }),
  ),
  periods: z.array(z.object({ name: z.string(), from: z.string(), to: z.string(), open: z.boolean() })),
  parties: z.array(
    z.object({ kind: z.enum(['customer', 'vendor']), account: z.string(), name: z.string(), blocked: z.boolean() }),
  ),
  dimensions: z.array(
    z.object({
      name: z.string(),
      label: z.string().optional(),
      hint: z.string().optional(),
      values: z.array(z.string()),
      valueNames: z.record(z.string(), z.string()).default({}),
    }),
  ),
  missing: z.array(z.string()),
});

export type LedgerDirectory = z.output<typeof directorySchema> & { readonly fetchedAt: string };

/** What was read last, so that a picker that asks with every key does not parse a megabyte each time. */
const parsed = new WeakMap<Reader, Map<string, LedgerDirectory>>();

/** Accounts, parties and dimensions of a legal entity as last read; null when they never were. */
export async function loadDirectory(
  db: Reader,
  connectionId: string,
  legalEntity: string,
): Promise<LedgerDirectory | null> {
  const key = JSON.stringify([connectionId, legalEntity]);
  const row = await db
    .selectFrom('ledger_reference')
    .select('fetched_at')
    .where('connection_id', '=', connectionId)
    .where('legal_entity', '=', legalEntity)
    .executeTakeFirst();
  if (!row) return null;
  const cache = parsed.get(db) ?? new Map<string, LedgerDirectory>();
  parsed.set(db, cache);
  const known = cache.get(key);
  if (known?.fetchedAt === row.fetched_at) return known;
  const { data_json, fetched_at } = await db
    .selectFrom('ledger_reference')
    .select(['data_json', 'fetched_at'])
    .where('connection_id', '=', connectionId)
    .where('legal_entity', '=', legalEntity)
    .executeTakeFirstOrThrow();
  const directory = { ...directorySchema.parse(JSON.parse(data_json)), fetchedAt: fetched_at };
  cache.set(key, directory);
  return directory;
}

export type PickerKind = 'ledger' | 'bank' | 'customer' | 'vendor' | 'dimension';

export type Choice = {
  readonly code: string;
  readonly name: string;
  readonly usable: boolean;
  readonly recent: boolean;
  readonly detail: string | null;
};

/** Everything of one kind that a picker may offer. @throws DaybookError `not_found` for an unknown dimension */
function choicesOf(
  directory: LedgerDirectory,
  kind: PickerKind,
  dimension: string | undefined,
): Omit<Choice, 'recent'>[] {
  switch (kind) {
    case 'ledger':
      return directory.accounts.map(({ account, name, type, usable }) => ({
        code: account,
        name,
        usable,
        detail: type,
      }));
    case 'bank':
      return directory.bankAccounts.map(({ id, name, currency, usable }) => ({
        code: id,
        name,
        usable,
        detail: currency,
      }));
    case 'customer':
    case 'vendor':
      return directory.parties
        .filter((party) => party.kind === kind)
        .map(({ account, name, blocked }) => ({ code: account, name, usable: !blocked, detail: null }));
    case 'dimension': {
      const found = directory.dimensions.find(({ name }) => name === dimension);
      if (!found)
        throw new DaybookError(
          'not_found',
          `${directory.legalEntity} has no dimension ${dimension ?? '(none named)'}.`,
        );
      return found.values.map((value) => ({
        ...{ code: value, name: found.valueNames[value] ?? '', usable: true, detail: null },
      }));
    }
  }
}

/**
 * Choices whose number begins with the query, then those whose number or name holds all its words; of each, what was
 * used lately comes first.
 */
export function choose(
  directory: LedgerDirectory,
  query: {
    readonly kind: PickerKind;
    readonly dimension?: string | undefined;
    readonly text: string;
    readonly recent: readonly string[];
    readonly limit: number;
    readonly all: boolean;
  },
): Choice[] {
  const text = query.text.trim().toLowerCase();
  const words = text.split(/\s+/).filter((word) => word !== '');
  const place = new Map(query.recent.map((code, index) => [code.toLowerCase(), index]));
  const rank = (choice: Choice) => {
    const begins = text !== '' && choice.code.toLowerCase().startsWith(text) ? 0 : 1;
    return [begins, place.get(choice.code.toLowerCase()) ?? query.recent.length] as const;
  };
  return choicesOf(directory, query.kind, query.dimension)
    .filter((choice) => choice.usable || query.all)
    .filter((choice) => {
      const heap = `${choice.code} ${choice.name}`.toLowerCase();
      return words.every((word) => heap.includes(word));
    })
    .map((choice) => ({ ...choice, recent: place.has(choice.code.toLowerCase()) }))
    .map((choice) => ({ choice, rank: rank(choice) }))
    .sort((a, b) => a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1] || (a.choice.code < b.choice.code ? -1 : 1))
    .slice(0, query.limit)
    .map(({ choice }) => choice);
}

/** Offset accounts (or values of a dimension) that people and rules used lately in this ledger, newest first. */
export async function recentCodes(
  db: Reader,
  ledger: { readonly connectionId: string; readonly legalEntity: string },
  kind: PickerKind,
  dimension: string | undefined,
): Promise<string[]> {
  const rows = await db
    .selectFrom('proposal')
    .innerJoin('proposal_offset as offset', 'offset.proposal_id', 'proposal.id')
    .select(['offset.account', 'offset.account_type', 'offset.dimensions_json'])
    .where('proposal.state', 'in', ['approved', 'posting', 'posted'])
    .where('proposal.ledger_connection_id', '=', ledger.connectionId)
    .where('proposal.legal_entity', '=', ledger.legalEntity)
    .orderBy('proposal.date', 'desc')
    .limit(500)
    .execute();
  const dimensions = z.record(z.string(), z.string());
  const codes = rows.flatMap((row) => {
    if (kind === 'dimension') return dimensions.parse(JSON.parse(row.dimensions_json))[dimension ?? ''] ?? [];
    return row.account_type === kind && row.account !== null ? [row.account] : [];
  });
  return [...new Set(codes)].slice(0, 20);
}

/** The name of an account or party; null when the ledger did not tell. */
export function nameOf(directory: LedgerDirectory | null, accountType: string, account: string): string | null {
  if (directory === null) return null;
  const names = namesOf(directory);
  return names.get(`${accountType}:${account.toLowerCase()}`) ?? null;
}

/** Dimension values in the ledger's order, with its words for them; what the ledger does not know comes last. */
export function codesOf(
  directory: LedgerDirectory | null,
  dimensions: Readonly<Record<string, string>>,
): { label: string; value: string; name: string | null }[] {
  const known = directory?.dimensions ?? [];
  const others = Object.keys(dimensions).filter((name) => !known.some((dimension) => dimension.name === name));
  const named = [...known, ...others.map((name) => ({ name, label: name, valueNames: {} as Record<string, string> }))];
  return named.flatMap(({ name, label, valueNames }) => {
    const value = dimensions[name] ?? '';
    return value === '' ? [] : [{ label: label ?? name, value, name: valueNames[value] || null }];
  });
}

const nameTables = new WeakMap<LedgerDirectory, Map<string, string>>();

function namesOf(directory: LedgerDirectory): Map<string, string> {
  const known = nameTables.get(directory);
  if (known) return known;
  const names = new Map<string, string>();
  for (const { account, name } of directory.accounts) names.set(`ledger:${account.toLowerCase()}`, name);
  for (const { id, name } of directory.bankAccounts) names.set(`bank:${id.toLowerCase()}`, name);
  for (const { kind, account, name } of directory.parties) names.set(`${kind}:${account.toLowerCase()}`, name);
  nameTables.set(directory, names);
  return names;
}
