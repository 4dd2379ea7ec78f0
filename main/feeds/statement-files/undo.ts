import { sql } from 'kysely';
import { record } from '../../audit/trail.ts';
import { instantNow } from '../../core/clock.ts';
import { DaybookError } from '../../core/errors.ts';
import { newId } from '../../core/ids.ts';
import { lineTable } from '../../store/statement-lines.ts';
import type { Writer } from '../../store/store.ts';
import type { FeedContext } from '../open-feed.ts';
import { proveAccount } from './prove.ts';

export type UndoneImport = { readonly removedLines: number; readonly keptLines: number };

/** States in which nobody has agreed to book the line yet. */
const NOT_AGREED = ['needs_person', 'ready', 'excluded', 'superseded'];

/**
 * Takes a file back: its lines are removed (never deleted), but for those that another file shows as well. Only while
 * nothing of it is approved.
 * @throws DaybookError `not_found`, `stale` (taken back already), `usage` (something of it is approved)
 */
export async function undoImport(context: FeedContext, fileId: string, actor: string): Promise<UndoneImport> {
  const { store, ports } = context;
  return store.write(async (trx) => {
    const file = await trx.selectFrom('statement_file').selectAll().where('id', '=', fileId).executeTakeFirst();
    if (file === undefined) throw new DaybookError('not_found', `There is no statement file ${fileId}.`);
    if (file.undone_at !== null) throw new DaybookError('stale', `The file ${file.name} was taken back already.`);
    const { own, shared } = await linesOf(trx, fileId);
    await refuseAgreed(trx, own);
    const at = instantNow(ports.clock);
    const pullId = newId('pull', ports);
    await trx
      .insertInto('pull')
      .values({
        ...{
          id: pullId,
          feed_id: file.feed_id,
          started_at: at,
          finished_at: at,
          from_cursor: null,
          outcome: 'applied',
        },
        ...{ pages: 0, restarts: 0, new_lines: 0, changed_lines: 0, removed_lines: own.length, rejected_rows: 0 },
      })
      .execute();
    const lines = lineTable(store);
    for (const id of own) lines.markRemoved(id, { change: 'removed', pullId, at });
    await trx.updateTable('statement_file').set({ undone_at: at, undone_by: actor }).where('id', '=', fileId).execute();
    await settleRows(trx, file.pull_id, { at, actor });
    await proveAgain(trx, context, { fileId, pullId });
    await record(trx, ports.clock, {
      actor,
      action: 'statement_file.undone',
      subject: `feed:${file.feed_id}`,
      data: { file: fileId, name: file.name, removedLines: own.length, keptLines: shared },
    });
    return { removedLines: own.length, keptLines: shared };
  });
}

/** The lines that only this file shows, and how many another one shows as well. */
async function linesOf(trx: Writer, fileId: string): Promise<{ own: bigint[]; shared: number }> {
  const rows = await trx
    .selectFrom('bank_statement_row as row')
    .innerJoin('bank_statement as statement', 'statement.id', 'row.statement_id')
    .innerJoin('statement_line as line', 'line.id', 'row.line_id')
    .select('line.id')
    .select((expression) =>
      expression
        .exists(
          expression
            .selectFrom('bank_statement_row as other')
            .innerJoin('bank_statement as their', 'their.id', 'other.statement_id')
            .innerJoin('statement_file as file', 'file.id', 'their.file_id')
            .select('other.position')
            .whereRef('other.line_id', '=', 'row.line_id')
            .where('their.file_id', '<>', fileId)
            .where('file.undone_at', 'is', null),
        )
        .as('elsewhere'),
    )
    .where('statement.file_id', '=', fileId)
    .where('line.state', '<>', 'removed')
    .distinct()
    .execute();
  // SQLite says 1 or 0; every integer is read as bigint.
  const elsewhere = rows.filter((row) => String(row.elsewhere) === '1');
  return { own: rows.filter((row) => !elsewhere.includes(row)).map(({ id }) => id), shared: elsewhere.length };
}

async function refuseAgreed(trx: Writer, own: readonly bigint[]): Promise<void> {
  let agreed = 0n;
  for (let at = 0; at < own.length; at += 500) {
    const { count } = await trx
      .selectFrom('proposal_line')
      .innerJoin('proposal', 'proposal.id', 'proposal_line.proposal_id')
      .select(({ fn }) => fn.countAll<bigint>().as('count'))
      .where('proposal_line.line_id', 'in', own.slice(at, at + 500))
      .where('proposal.state', 'not in', NOT_AGREED)
      .executeTakeFirstOrThrow();
    agreed += count;
  }
  if (agreed === 0n) return;
  throw new DaybookError(
    'usage',
    `${agreed} entries of this file are approved or posted, so it cannot be taken back. Undo their approval first; what is posted is reversed in Activity.`,
    { repair: 'none' },
  );
}

async function settleRows(
  trx: Writer,
  pullId: string,
  { at, actor }: { readonly at: string; readonly actor: string },
): Promise<void> {
  await trx
    .updateTable('row_exception')
    .set({
      ...{ settled_at: at, settled_by: actor, settled_note: 'The file was taken back.' },
      // Under another id, so that the row waits again when the file comes again.
      provider_line_id: sql`${pullId} || ' ' || provider_line_id`,
    })
    .where('pull_id', '=', pullId)
    .where('settled_at', 'is', null)
    .execute();
}

async function proveAgain(
  trx: Writer,
  { ports }: FeedContext,
  { fileId, pullId }: { readonly fileId: string; readonly pullId: string },
): Promise<void> {
  const { clock } = ports;
  const accounts = await trx
    .selectFrom('bank_statement')
    .innerJoin('feed_account', 'feed_account.id', 'bank_statement.feed_account_id')
    .select(['feed_account.id', 'feed_account.provider_account_id', 'bank_statement.currency'])
    .where('bank_statement.file_id', '=', fileId)
    .distinct()
    .execute();
  for (const { id, provider_account_id, currency } of accounts) {
    const proving = { clock, pullId, feedAccountId: id, providerAccountId: provider_account_id, currency };
    const { closing } = await proveAccount(trx, proving);
    if (closing !== null) continue;
    // Nothing proves the account any more, so nothing can be missing in it either.
    const at = instantNow(clock);
    await trx
      .updateTable('gap')
      .set({ closed_at: at, closed_note: 'The files of the account were taken back.' })
      .where('feed_account_id', '=', id)
      .where('closed_at', 'is', null)
      .execute();
  }
}
