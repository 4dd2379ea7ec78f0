import { useState } from 'react';
import { useAction } from '../../api/use-action.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { Check } from '../../components/fields.tsx';
import { WorkProgress } from '../../components/progress.tsx';
import { t } from '../../i18n/t.ts';
import { type Ledger, LedgerEntities, type Place } from './ledger-entities.tsx';
import type { Proposals, ProposeTrouble } from './types.ts';

export type ProposeDialogProps = {
  readonly ledgers: readonly Ledger[];
  readonly unmapped: number;
  readonly onProposed: (proposals: Proposals) => void;
  readonly onClose: () => void;
};

/** Asks in which legal entities of which ledgers to look, and reads their bank accounts. */
export function ProposeDialog({ ledgers, unmapped, onProposed, onClose }: ProposeDialogProps) {
  const [wanted, setWanted] = useState<ReadonlyMap<string, readonly Place[]>>(new Map());
  const [trouble, setTrouble] = useState<readonly ProposeTrouble[]>([]);
  const [readNumbers, setReadNumbers] = useState(false);
  const propose = useAction('mappings.propose');
  const places = ledgers.flatMap(({ id }) => wanted.get(id) ?? []);
  const run = async () => {
    setTrouble([]);
    const found = await propose.run({ places: [...places], readNumbers });
    if (!found) return;
    onProposed(new Map(found.proposals.map(({ feedAccountId, candidates }) => [feedAccountId, candidates])));
    if (found.trouble.length === 0) onClose();
    else setTrouble(found.trouble);
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
            <Button onPress={onClose}>{trouble.length > 0 ? t('Close') : t('Cancel')}</Button>
            <Button key="compare" kind="primary" autoFocus isDisabled={places.length === 0} onPress={() => void run()}>
              {t('Compare with {count, plural, one {# legal entity} other {# legal entities}}', {
                count: places.length,
              })}
            </Button>
          </>
        )
      }
    >
      <p>
        {t(
          'Daybook compares account number, IBAN, last digits, currency and name with the bank accounts of the ledgers. Nothing is saved by that.',
        )}
      </p>
      {ledgers.map((ledger) => (
        <LedgerEntities
          key={ledger.id}
          ledger={ledger}
          onWanted={(next) => setWanted((before) => new Map(before).set(ledger.id, next))}
        />
      ))}
      <Check checked={readNumbers} onChange={setReadNumbers}>
        {t('Ask the banks for account numbers that were never read; the provider may bill the first reading.')}
      </Check>
      {propose.busy ? <WorkProgress progress={propose.progress} label={t('Reading the ledgers')} /> : null}
      {trouble.map(({ name, error }) => (
        <p key={name} className="note warning" role="status">
          {t('{name} could not be read: {sentence}', { name, sentence: error.sentence })}
        </p>
      ))}
      <ErrorNote error={propose.error} retry={() => void run()} />
    </Dialog>
  );
}
