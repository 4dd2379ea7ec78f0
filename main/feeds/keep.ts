import { z } from 'zod';
import type { Keep } from '../connectors/context.ts';
import { canonicalJson } from '../core/canonical.ts';
import { type Clock, instantNow } from '../core/clock.ts';
import type { Store } from '../store/store.ts';

/** What a connector keeps in the workspace beside its connection. */
export function createKeep({ store, clock }: { readonly store: Store; readonly clock: Clock }, id: string): Keep {
  return {
    read: async (name) => {
      const row = await store.read
        .selectFrom('connector_keep')
        .select('data_json')
        .where('connection_id', '=', id)
        .where('name', '=', name)
        .executeTakeFirst();
      return row === undefined ? null : JSON.parse(row.data_json);
    },
    write: async (name, value) => {
      const row = { data_json: canonicalJson(z.json().parse(value)), updated_at: instantNow(clock) };
      await store.write(async (trx) => {
        await trx
          .insertInto('connector_keep')
          .values({ connection_id: id, name, ...row })
          .onConflict((conflict) => conflict.columns(['connection_id', 'name']).doUpdateSet(row))
          .execute();
      });
    },
  };
}
