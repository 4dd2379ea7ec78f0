import { record } from '../../audit/trail.ts';
import { instantNow } from '../../core/clock.ts';
import { newId } from '../../core/ids.ts';
import { type IncomingLine, lineTable } from '../../store/statement-lines.ts';
import type { Store, Writer } from '../../store/store.ts';
import type { StepPorts } from '../lifecycle/step.ts';
import { pullDigest } from '../pull-digest.ts';

export type PendingWork = {
  readonly accountId: string;
  /** The login through which the account is read from now on. */
  readonly feedId: string;
  /** Lines of which the new identity tells more: a pending one that was booked, one that is back or was amended. */
  readonly booked: ReadonlyArray<{ readonly pending: bigint; readonly by: bigint; readonly change: string }>;
  /** Pending lines that the new identity does not tell: booked under another name, or fallen away. */
  readonly stale: readonly bigint[];
};

/**
 * What becomes of the pending lines of the former identity, of which nobody would ever speak again. It is written down
 * like a pull, so that the trail proves it.
 */
export async function endPending(trx: Writer, store: Store, ports: StepPorts, work: PendingWork): Promise<void> {
  const { accountId, feedId, booked, stale } = work;
  if (booked.length + stale.length === 0) return;
  const at = instantNow(ports.clock);
  const { cursor } = await trx.selectFrom('feed').select('cursor').where('id', '=', feedId).executeTakeFirstOrThrow();
  const pull = newId('pull', ports);
  const counts = { changed_lines: booked.length, removed_lines: stale.length };
  await trx
    .insertInto('pull')
    .values({
      ...{ id: pull, feed_id: feedId, started_at: at, finished_at: at, from_cursor: cursor, to_cursor: cursor },
      ...{ outcome: 'applied', pages: 0, restarts: 0, new_lines: 0, rejected_rows: 0, ...counts },
    })
    .execute();
  const lines = lineTable(store);
  for (const { pending, by, change } of booked)
    lines.replace(pending, await readLine(trx, by, accountId), { change, pullId: pull, at });
  for (const id of stale) lines.markRemoved(id, { change: 'removed', pullId: pull, at });
  const digest = pullDigest();
  for (const id of [...booked.map(({ pending }) => pending), ...stale]) {
    const row = await trx.selectFrom('statement_line').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    digest.addChanged({
      ...{ lineId: id, providerLineId: row.provider_line_id, revision: row.revision },
      ...{ amountMinor: row.amount_minor, date: row.date },
    });
  }
  const told = { newLines: 0, changedLines: booked.length, removedLines: stale.length, unchangedLines: 0 };
  await record(trx, ports.clock, {
    actor: 'daybook',
    action: 'pull.applied',
    subject: `feed:${feedId}`,
    data: { pull, ...told, rejectedRows: 0, pages: 0, recovered: false, digest: digest.finish() },
  });
}

/** A stored line as it comes into another account. */
async function readLine(trx: Writer, id: bigint, feedAccountId: string): Promise<IncomingLine> {
  const row = await trx.selectFrom('statement_line').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  return {
    feedAccountId,
    providerLineId: row.provider_line_id,
    state: row.state,
    amountMinor: row.amount_minor,
    currency: row.currency,
    date: row.date,
    authorizedDate: row.authorized_date,
    text: row.text,
    bankText: row.bank_text,
    counterparty: row.counterparty,
    counterpartyKey: row.counterparty_key,
    reference: row.reference,
    checkNumber: row.check_number,
    category: row.category,
    channel: row.channel,
    payload: row.payload,
  };
}
