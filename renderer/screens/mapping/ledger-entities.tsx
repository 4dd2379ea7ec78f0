import { useEffect, useState } from 'react';
import type { CallInput } from '../../api/contract.ts';
import { useCall } from '../../api/use-call.ts';
import { Check } from '../../components/fields.tsx';
import { Answered } from '../../components/states.tsx';
import { t } from '../../i18n/t.ts';

export type Ledger = { readonly id: string; readonly name: string };
export type Place = NonNullable<CallInput<'mappings.propose'>['places']>[number];

export type LedgerEntitiesProps = {
  readonly ledger: Ledger;
  /** The legal entities to look in, each time they are others. */
  readonly onWanted: (places: readonly Place[]) => void;
};

/** The legal entities of one ledger, all of them chosen at first. */
export function LedgerEntities({ ledger, onWanted }: LedgerEntitiesProps) {
  const { id: ledgerConnectionId, name } = ledger;
  const entities = useCall('ledger.entities', { connectionId: ledgerConnectionId });
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  // biome-ignore lint/correctness/useExhaustiveDependencies: told when the choice is another one, not when its listener is
  useEffect(() => {
    const wanted = (entities.data ?? []).filter(({ id }) => !left.has(id));
    onWanted(wanted.map(({ id }) => ({ ledgerConnectionId, legalEntity: id })));
  }, [entities.data, left, ledgerConnectionId]);
  return (
    <fieldset className="entities">
      <legend className="small">{t('Legal entities of {ledger}', { ledger: name })}</legend>
      <Answered answer={entities}>
        {(all) =>
          all.map((entity) => (
            <Check
              key={entity.id}
              checked={!left.has(entity.id)}
              onChange={(checked) => {
                const next = new Set(left);
                if (checked) next.delete(entity.id);
                else next.add(entity.id);
                setLeft(next);
              }}
            >
              {entity.id} · {entity.name}
            </Check>
          ))
        }
      </Answered>
    </fieldset>
  );
}
