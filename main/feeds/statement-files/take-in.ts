import { record } from '../../audit/trail.ts';
import type { RejectedRow, StatementLineRecord, Stop } from '../../connectors/capabilities.ts';
import { instantNow } from '../../core/clock.ts';
import { newId } from '../../core/ids.ts';
import { searchWords } from '../../core/normalise.ts';
import { findLines } from '../../store/statement-lines.ts';
import type { Writer } from '../../store/store.ts';
import { accountNumberContext } from '../../vault/contexts.ts';
import { applyRejected } from '../exceptions.ts';
import { ingestLines } from '../ingest.ts';
import { openLoopPages } from '../loop-pages.ts';
import type { FeedContext } from '../open-feed.ts';
import { normalised } from './account-names.ts';
import type { PlannedAccount } from './plan.ts';
import { proveAccount } from './prove.ts';
import { lineId, type Place, recordOf, rejectedOf } from './records.ts';

type TakeIn = {
  readonly feedId: string;
  readonly fileId: string;
  readonly pullId: string;
  readonly accounts: readonly PlannedAccount[];
  readonly actor: string;
  readonly stop: Stop;
};

export type TakenIn = { readonly newLines: number; readonly rejectedRows: number; readonly digest: string };

type Placed = { readonly planned: PlannedAccount; readonly id: string; readonly place: Place };

/** Writes the planned lines through the same ingest as any feed, then the statements, and proves the accounts. */
export async function takeIn(trx: Writer, context: FeedContext, work: TakeIn): Promise<TakenIn> {
  const { store, ports } = context;
  const { feedId, pullId, stop } = work;
  const placed: Placed[] = [];
  for (const planned of work.accounts) placed.push(await placeOf(trx, context, work, planned));
  const accounts = new Map(placed.map(({ id, place }) => [place.providerAccountId, id]));
  const pages = openLoopPages();
  try {
    let lines: StatementLineRecord[] = [];
    const rejected: RejectedRow[] = [];
    const names = new Map<Placed, ReadonlyMap<bigint, string>>();
    for (const one of placed) {
      const fresh = await freshLines(trx, one);
      names.set(one, fresh.names);
      lines = lines.concat(fresh.lines);
      for (const { statement } of one.planned.statements)
        rejected.push(...statement.unreadable.map((row) => rejectedOf(row, statement, one.place)));
    }
    await pages.add({ lines, rejected, removed: [], nextCursor: null, hasMore: false, history: 'complete' });
    const { digest, newLines, changedLines } = await ingestLines({
      ...{ store, clock: ports.clock, pullId, accounts, pages, reconcile: [], stop },
    });
    const rejectedRows = await applyRejected(trx, ports.clock, pages, { feedId, pullId, accounts });
    for (const one of placed) {
      await saveStatements(trx, work, one, names.get(one) ?? new Map());
      await proveAccount(trx, {
        clock: ports.clock,
        pullId,
        feedAccountId: one.id,
        providerAccountId: one.place.providerAccountId,
        currency: one.place.currency,
      });
    }
    return { newLines: newLines + changedLines, rejectedRows, digest };
  } finally {
    pages.close();
  }
}

/** The account that the lines belong to; made when it is new. Its number is sealed, compared by fingerprint. */
async function placeOf(
  trx: Writer,
  { vault, ports }: FeedContext,
  { feedId, actor }: TakeIn,
  planned: PlannedAccount,
): Promise<Placed> {
  const { group, account, name, last4 } = planned;
  const { number, currency, institution } = group;
  if (account !== null) {
    const { provider_account_id } = await trx
      .selectFrom('feed_account')
      .select('provider_account_id')
      .where('id', '=', account.id)
      .executeTakeFirstOrThrow();
    const at = instantNow(ports.clock);
    await trx
      .updateTable('feed_account')
      .set({ last_seen_at: at, closed_at: null })
      .where('id', '=', account.id)
      .execute();
    const place = { providerAccountId: provider_account_id, currency, number: number?.number ?? null };
    return { planned, id: account.id, place };
  }
  const id = newId('facc', ports);
  const at = instantNow(ports.clock);
  const scheme = number !== null && /^[A-Z]{2}\d{2}/.test(normalised(number.number)) ? 'international' : 'ach';
  const sealed =
    number === null
      ? null
      : JSON.stringify([
          {
            providerAccountId: id,
            scheme,
            account: number.number,
            routing: number.bank,
            wireRouting: null,
            tokenized: false,
          },
        ]);
  await trx
    .insertInto('feed_account')
    .values({
      id,
      feed_id: feedId,
      provider_account_id: id,
      name,
      official_name: institution,
      mask: last4,
      type: 'depository',
      currency,
      number_last4: last4,
      number_fingerprint: number === null ? null : vault.cipher.fingerprint(normalised(number.number)),
      number_sealed: sealed === null ? null : vault.cipher.encrypt(sealed, accountNumberContext(id)),
      search: searchWords(name, institution, last4, currency),
      first_seen_at: at,
      last_seen_at: at,
    })
    .execute();
  await record(trx, ports.clock, {
    actor,
    action: 'feed_account.added',
    subject: `feed_account:${id}`,
    data: { name, last4, currency },
  });
  return { planned, id, place: { providerAccountId: id, currency, number: number?.number ?? null } };
}

type Fresh = { readonly lines: StatementLineRecord[]; readonly names: ReadonlyMap<bigint, string> };

/** Records of the lines that are new, and the ids that they get, by their number in the plan. */
async function freshLines(trx: Writer, { planned, id, place }: Placed): Promise<Fresh> {
  const wanted = planned.statements.flatMap(({ statement, lines, balances }) =>
    statement.rows.flatMap((row, at) => {
      const line = lines[at] ?? 0n;
      return line < 0n ? [{ line, row, balance: balances[at] ?? null }] : [];
    }),
  );
  const lines: StatementLineRecord[] = [];
  const names = new Map<bigint, string>();
  const used = new Set<string>();
  let waiting = wanted;
  for (let turn = 0; waiting.length > 0; turn += 1) {
    const stored = await findLines(
      trx,
      id,
      waiting.map(({ row, balance }) => lineId(row, balance, turn)),
    );
    const next: typeof waiting = [];
    for (const one of waiting) {
      // The same row stands in two statements of the file.
      if (names.has(one.line)) continue;
      const providerLineId = lineId(one.row, one.balance, turn);
      const there = stored.get(providerLineId);
      if (used.has(providerLineId) || (there !== undefined && there.state !== 'removed')) {
        next.push(one);
        continue;
      }
      used.add(providerLineId);
      names.set(one.line, providerLineId);
      lines.push(recordOf(one.row, { ...place, providerLineId }));
    }
    waiting = next;
  }
  return { lines, names };
}

const ROWS_AT_ONCE = 500;

async function saveStatements(
  trx: Writer,
  { fileId }: TakeIn,
  { planned, id }: Placed,
  names: ReadonlyMap<bigint, string>,
): Promise<void> {
  const stored = await findLines(trx, id, [...names.values()]);
  for (const { statement, lines, balances } of planned.statements) {
    const { insertId } = await trx
      .insertInto('bank_statement')
      .values({
        file_id: fileId,
        feed_account_id: id,
        line: statement.line,
        statement_id: statement.id,
        sequence: statement.sequence,
        from_date: statement.from,
        to_date: statement.to,
        opening_minor: statement.opening?.minor ?? null,
        closing_minor: statement.closing?.minor ?? null,
        currency: statement.currency,
      })
      .executeTakeFirstOrThrow();
    const statement_id = insertId ?? 0n;
    const rows = statement.rows.map((row, position) => {
      const line = lines[position] ?? 0n;
      return {
        statement_id,
        position,
        line_id: line > 0n ? line : (stored.get(names.get(line) ?? '')?.id ?? null),
        date: row.date,
        amount_minor: row.minor,
        balance_minor: balances[position] ?? null,
        reference: row.bankReference,
      };
    });
    const waiting = statement.unreadable.map((row, at) => ({
      ...{ statement_id, position: rows.length + at, line_id: null, date: statement.to ?? '' },
      ...{ amount_minor: row.minor, balance_minor: null, reference: null },
    }));
    const all = [...rows, ...waiting];
    for (let at = 0; at < all.length; at += ROWS_AT_ONCE)
      await trx
        .insertInto('bank_statement_row')
        .values(all.slice(at, at + ROWS_AT_ONCE))
        .execute();
  }
}
