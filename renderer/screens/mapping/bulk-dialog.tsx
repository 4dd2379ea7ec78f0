import { useState } from 'react';
import { useCall } from '../../api/use-call.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { type Choice, Choose, TextInput } from '../../components/fields.tsx';
import { WorkProgress } from '../../components/progress.tsx';
import { t } from '../../i18n/t.ts';
import { accountTitle, groupingLabel, pendingLabel } from './labels.ts';
import { journalsOf } from './ledger-fields.tsx';
import { PickField } from './pick-field.tsx';
import { savedValues } from './proposal.ts';
import type { Mapping, Row } from './types.ts';
import { useSaveMappings } from './use-save-mappings.ts';

const KEEP = 'keep';

export type BulkDialogProps = {
  readonly rows: readonly (Row & { readonly mapping: Mapping })[];
  readonly onClose: () => void;
};

/** One value for many mappings; what is left alone stays as each of them has it. */
export function BulkDialog({ rows, onClose }: BulkDialogProps) {
  const [journalName, setJournalName] = useState<string>(KEEP);
  const [grouping, setGrouping] = useState<Mapping['grouping'] | typeof KEEP>(KEEP);
  const [pending, setPending] = useState<Mapping['pending'] | typeof KEEP>(KEEP);
  const [suggestions, setSuggestions] = useState<Mapping['suggestions'] | typeof KEEP>(KEEP);
  const [autoApprove, setAutoApprove] = useState<'yes' | 'no' | typeof KEEP>(KEEP);
  const [startDate, setStartDate] = useState('');
  const [transferAccount, setTransferAccount] = useState('');
  const save = useSaveMappings();
  const keep: Choice<typeof KEEP> = { value: KEEP, label: t('As it is') };
  const count = rows.length;
  const changes = {
    ...(journalName === KEEP ? {} : { journalName }),
    ...(grouping === KEEP ? {} : { grouping }),
    ...(pending === KEEP ? {} : { pending }),
    ...(suggestions === KEEP ? {} : { suggestions }),
    ...(autoApprove === KEEP ? {} : { autoApprove: autoApprove === 'yes' }),
    ...(startDate === '' ? {} : { startDate }),
    ...(transferAccount === '' ? {} : { transferAccount }),
  };
  const needsClearing = pending === 'clearing' ? rows.filter(({ mapping }) => mapping.clearingAccount === null) : [];
  const run = async () => {
    if (await save.run(rows.map(({ mapping }) => ({ ...savedValues(mapping), ...changes })))) onClose();
  };
  return (
    <Dialog
      title={t('Change {count, plural, one {# mapping} other {# mappings}}', { count })}
      onClose={onClose}
      locked={save.busy}
      footer={
        <>
          <Button onPress={onClose}>{t('Cancel')}</Button>
          <Button
            kind="primary"
            isDisabled={save.busy || Object.keys(changes).length === 0 || needsClearing.length > 0}
            onPress={() => void run()}
          >
            {t('Change {count, plural, one {# mapping} other {# mappings}}', { count })}
          </Button>
        </>
      }
    >
      <p className="quiet">{rows.map(({ account }) => accountTitle(account)).join(', ')}</p>
      <InOneEntity
        rows={rows}
        journalName={journalName}
        keep={keep}
        onJournalName={setJournalName}
        transferAccount={transferAccount}
        onTransferAccount={setTransferAccount}
      />
      <Choose
        label={t('Journals')}
        value={grouping}
        choices={[keep, ...(['account_day', 'run'] as const).map((value) => ({ value, label: groupingLabel(value) }))]}
        onChange={setGrouping}
      />
      <Choose
        label={t('Pending lines')}
        value={pending}
        choices={[keep, ...(['wait', 'clearing'] as const).map((value) => ({ value, label: pendingLabel(value) }))]}
        onChange={setPending}
      />
      {needsClearing.length > 0 ? (
        <p className="small wrong">
          {t('No clearing account yet: {accounts}. Set it in each mapping first.', {
            accounts: needsClearing.map(({ account }) => accountTitle(account)).join(', '),
          })}
        </p>
      ) : null}
      <Choose
        label={t('Suggestions from history')}
        value={suggestions}
        choices={[
          keep,
          { value: 'beside', label: t('Shown beside, a person takes them') },
          { value: 'first', label: t('Filled in, a person approves them') },
        ]}
        onChange={setSuggestions}
      />
      <Choose
        label={t('Approve by itself what a rule codes for certain')}
        value={autoApprove}
        choices={[keep, { value: 'yes', label: t('Yes') }, { value: 'no', label: t('No') }]}
        onChange={setAutoApprove}
      />
      <TextInput
        label={t('First day')}
        type="date"
        value={startDate}
        onChange={setStartDate}
        description={t('Empty: as it is.')}
      />
      {save.busy ? <WorkProgress progress={save.progress} label={t('Saving; open entries follow')} /> : null}
      <ErrorNote error={save.error} retry={() => void run()} />
    </Dialog>
  );
}

type InOneEntityProps = {
  readonly rows: BulkDialogProps['rows'];
  readonly keep: Choice<typeof KEEP>;
  readonly journalName: string;
  readonly onJournalName: (name: string) => void;
  readonly transferAccount: string;
  readonly onTransferAccount: (account: string) => void;
};

/** Journal names and accounts are the legal entity's own, so they can be set together only within one. */
function InOneEntity(props: InOneEntityProps) {
  const { rows, keep, journalName, onJournalName, transferAccount, onTransferAccount } = props;
  const [first] = rows;
  const connectionId = first?.mapping.ledgerConnectionId ?? '';
  const legalEntity = first?.mapping.legalEntity ?? '';
  const same = rows.every(
    ({ mapping }) => mapping.ledgerConnectionId === connectionId && mapping.legalEntity === legalEntity,
  );
  const reference = useCall('ledger.reference', same && first ? { connectionId, legalEntity } : null);
  if (!same)
    return (
      <p className="small quiet">
        {t('Journal name and account for own transfers are not offered: these accounts are in several legal entities.')}
      </p>
    );
  // Only names under which each of these bank accounts can be booked.
  const { data: ledger } = reference;
  const lists = ledger
    ? rows.map(({ mapping }) => journalsOf(ledger, mapping.bankAccount).map(({ name }) => name))
    : [];
  const names = (ledger?.journalNames ?? []).filter(({ name }) => lists.every((list) => list.includes(name)));
  return (
    <>
      {names.length > 0 ? (
        <Choose
          label={t('Journal name')}
          value={journalName}
          choices={[
            keep,
            ...names.map(({ name, description }) => ({ value: name, label: `${name} · ${description}` })),
          ]}
          onChange={onJournalName}
        />
      ) : null}
      <PickField
        label={t('Account for own transfers')}
        from={{ connectionId, legalEntity, kinds: ['ledger'] }}
        value={transferAccount}
        onPick={(picked) => onTransferAccount(picked?.code ?? '')}
      />
      <ErrorNote error={reference.error} retry={reference.refetch} />
    </>
  );
}
