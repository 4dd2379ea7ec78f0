import { useState } from 'react';
import type { SerialError } from '../../api/contract.ts';
import { useAction } from '../../api/use-action.ts';
import { type Answer, useCall } from '../../api/use-call.ts';
import { tell } from '../../app/toasts.tsx';
import { t } from '../../i18n/t.ts';
import { agreedToLeave } from './agreed-to-leave.tsx';
import { withEntities } from './kind-form.ts';
import type { Connection, Kind, KindField, OfferedEntity } from './types.ts';

export type Entities = {
  readonly offered: Answer<'ledger.offeredEntities'>;
  readonly takes: (entity: OfferedEntity) => boolean;
  readonly change: (id: string, chosen: boolean) => void;
  readonly count: number;
  readonly save: () => Promise<void>;
  readonly busy: boolean;
  readonly error: SerialError | undefined;
};

/**
 * The legal entities that a sign-in sees, and which of them are used. Null while they are not to be asked for yet.
 * @param field the setting that holds the choice
 */
export function useEntities(
  asked: { readonly kind: Kind; readonly connection: Connection; readonly field: KindField } | null,
  onSaved: () => void,
): Entities {
  const offered = useCall('ledger.offeredEntities', asked && { connectionId: asked.connection.id });
  const save = useAction('connections.save');
  const [changed, setChanged] = useState<ReadonlyMap<string, boolean>>(new Map());
  const takes = (entity: OfferedEntity) => changed.get(entity.id) ?? entity.chosen;
  const entities = offered.data ?? [];
  const run = async () => {
    if (!asked) return;
    const left = entities.filter((entity) => !takes(entity) && entity.chosen && entity.mappedAccounts > 0);
    if (left.length > 0 && !(await agreedToLeave(left))) return;
    const ids = entities.filter(takes).map(({ id }) => id);
    const { kind, field, connection } = asked;
    if (!(await save.run(withEntities(kind, field, connection, ids)))) return;
    tell(
      t('{count, plural, one {# legal entity is} other {# legal entities are}} used through {name}.', {
        count: ids.length,
        name: connection.name,
      }),
    );
    onSaved();
  };
  return {
    ...{ offered, takes, save: run, busy: save.busy, error: save.error },
    change: (id, chosen) => setChanged(new Map(changed).set(id, chosen)),
    count: entities.filter(takes).length,
  };
}
