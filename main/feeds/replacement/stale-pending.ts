import { record } from '../../audit/trail.ts';
import { instantNow } from '../../core/clock.ts';
import { newId } from '../../core/ids.ts';
import { lineTable } from '../../store/statement-lines.ts';
import type { Store, Writer } from '../../store/store.ts';
import type { StepPorts } from '../lifecycle/step.ts';
import { pullDigest } from '../pull-digest.ts';

/**
 * Pending lines of the former identity that the new one does not tell: they were booked under another name or fell
 * away, and nobody would ever speak of them again. Their removal is written down like that of any pull.
 */
export async function removeStalePending(
  trx: Writer,
  store: Store,
  ports: StepPorts,
  { feedId, lines }: { readonly feedId: string; readonly lines: ReadonlyArray<{ readonly id: bigint }> },
): Promise<void> {
  if (lines.length === 0) return;
  const at = instantNow(ports.clock);
  const { cursor } = await trx.selectFrom('feed').select('cursor').where('id', '=', feedId).executeTakeFirstOrThrow();
  const pull = newId('pull', ports);
  await trx
    .insertInto('pull')
    .values({
      ...{ id: pull, feed_id: feedId, started_at: at, finished_at: at, from_cursor: cursor, to_cursor: cursor },
      ...{ outcome: 'applied', pages: 0, restarts: 0, new_lines: 0, changed_lines: 0, rejected_rows: 0 },
      removed_lines: lines.length,
    })
    .execute();
  const digest = pullDigest();
  for (const { id } of lines) {
    lineTable(store).markRemoved(id, { change: 'removed', pullId: pull, at });
    const row = await trx.selectFrom('statement_line').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    digest.addChanged({
      ...{ lineId: id, providerLineId: row.provider_line_id, revision: row.revision },
      ...{ amountMinor: row.amount_minor, date: row.date },
    });
  }
  const counts = { newLines: 0, changedLines: 0, removedLines: lines.length, unchangedLines: 0, rejectedRows: 0 };
  await record(trx, ports.clock, {
    actor: 'daybook',
    action: 'pull.applied',
    subject: `feed:${feedId}`,
    data: { pull, ...counts, pages: 0, recovered: false, digest: digest.finish() },
  });
}
