import type { Connector, PostsEntries } from '../connectors/capabilities.ts';
import { DaybookError } from '../core/errors.ts';
import type { Lease } from '../store/leases.ts';
import type { Writer } from '../store/store.ts';
import type { Ledger } from './approved.ts';
import type { PostingContext } from './context.ts';
import type { Refusals } from './refusals.ts';

/** Work on one ledger while this process holds its posting lease. */
export type Held = { readonly context: PostingContext; readonly lease: Lease };

export type Run = Held & {
  readonly ledger: Ledger;
  readonly connector: Connector & PostsEntries;
  readonly stop: AbortSignal | undefined;
  readonly refusals: Refusals;
};

/**
 * Writes durably, and only while the lease is still ours as of this very transaction. Another process that took over
 * looks up and sends by what stands on disk; nothing may be written over its notes.
 * @throws DaybookError `busy_elsewhere`
 */
export function writeHeld<T>({ context, lease }: Held, work: (trx: Writer) => Promise<T>): Promise<T> {
  return context.store.writeDurably(whileHeld(lease, work));
}

/** As `writeHeld`, for notes that a loss of power may take away: they survive a killed process only. */
export function noteHeld<T>({ context, lease }: Held, work: (trx: Writer) => Promise<T>): Promise<T> {
  return context.store.write(whileHeld(lease, work));
}

function whileHeld<T>(lease: Lease, work: (trx: Writer) => Promise<T>): (trx: Writer) => Promise<T> {
  return async (trx) => {
    if (await lease.stillMine(trx)) return work(trx);
    throw new DaybookError(
      'busy_elsewhere',
      'Another Daybook took over posting to this ledger. This one stopped; the other one goes on.',
    );
  };
}
