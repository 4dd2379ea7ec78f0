import { useEffect, useState } from 'react';
import { useAction } from '../../api/use-action.ts';
import { useCall } from '../../api/use-call.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { Check, Choose } from '../../components/fields.tsx';
import { WorkProgress } from '../../components/progress.tsx';
import { Answered } from '../../components/states.tsx';
import { t } from '../../i18n/t.ts';
import type { Proposals } from './types.ts';

export type ProposeDialogProps = {
  readonly ledgers: readonly { readonly id: string; readonly name: string }[];
  readonly unmapped: number;
  readonly onProposed: (proposals: Proposals) => void;
  readonly onClose: () => void;
};

/** Asks which legal entities to look in, and reads their bank accounts. */
export function ProposeDialog({ ledgers, unmapped, onProposed, onClose }: ProposeDialogProps) {
  const [ledgerConnectionId, setLedger] = useState(ledgers[0]?.id ?? '');
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const entities = useCall('ledger.entities', ledgerConnectionId === '' ? null : { connectionId: ledgerConnectionId });
  const propose = useAction('mappings.propose');
  // biome-ignore lint/correctness/useExhaustiveDependencies: another ledger has other legal entities
  useEffect(() => setLeft(new Set()), [ledgerConnectionId]);
  const wanted = (entities.data ?? []).map(({ id }) => id).filter((id) => !left.has(id));
  const run = async () => {
    const found = await propose.run({ ledgerConnectionId, legalEntities: wanted });
    if (!found) return;
    onProposed({
      ledgerConnectionId,
      byAccount: new Map(found.map(({ feedAccountId, candidates }) => [feedAccountId, candidates])),
    });
    onClose();
  };
  return (
    <Dialog
      title={t('Propose mappings for {count, plural, one {# account} other {# accounts}}', { count: unmapped })}
      onClose={onClose}
      locked={propose.busy}
      footer={
        propose.busy ? (
          <Button key="stop" autoFocus onPress={propose.cancel}>
            {t('Stop')}
          </Button>
        ) : (
          <>
            <Button onPress={onClose}>{t('Cancel')}</Button>
            <Button key="compare" kind="primary" autoFocus isDisabled={wanted.length === 0} onPress={() => void run()}>
              {t('Compare with {count, plural, one {# legal entity} other {# legal entities}}', {
                count: wanted.length,
              })}
            </Button>
          </>
        )
      }
    >
      <p>
        {t(
          'Daybook compares account number, IBAN, last digits, currency and name with the ledger’s bank accounts. Nothing is saved by that.',
        )}
      </p>
      {ledgers.length > 1 ? (
        <Choose
          label={t('Ledger')}
          value={ledgerConnectionId}
          choices={ledgers.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={setLedger}
        />
      ) : null}
      <Answered answer={entities}>
        {(all) => (
          <fieldset className="entities">
            <legend className="small">{t('Legal entities')}</legend>
            {all.map(({ id, name }) => (
              <Check
                key={id}
                checked={!left.has(id)}
                onChange={(checked) => {
                  const next = new Set(left);
                  if (checked) next.delete(id);
                  else next.add(id);
                  setLeft(next);
                }}
              >
                {id} · {name}
              </Check>
            ))}
          </fieldset>
        )}
      </Answered>
      {propose.busy ? <WorkProgress progress={propose.progress} label={t('Reading the ledger')} /> : null}
      <ErrorNote error={propose.error} retry={() => void run()} />
    </Dialog>
  );
}
