import { useRef, useState } from 'react';
import { useAction } from '../../api/use-action.ts';
import { useCall } from '../../api/use-call.ts';
import { tell } from '../../app/toasts.tsx';
import { Button } from '../../components/button.tsx';
import { confirm } from '../../components/confirm.tsx';
import { EntityChoice } from '../../components/entity-choice.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { Check, Choose, TextInput } from '../../components/fields.tsx';
import { WorkProgress } from '../../components/progress.tsx';
import { Answered } from '../../components/states.tsx';
import { t } from '../../i18n/t.ts';
import { Findings } from './findings.tsx';
import { accountTitle, groupingLabel, pendingLabel } from './labels.ts';
import { BankAccountLine, DimensionFields, JournalChoice, onlyJournalOf } from './ledger-fields.tsx';
import { type Pickers, PickersOfForm, PickField } from './pick-field.tsx';
import type { MappingValues, Row, Verdict } from './types.ts';
import { useSaveMappings } from './use-save-mappings.ts';

export type MappingFormProps = {
  readonly row: Row;
  /** What the form begins with: the mapping, a proposal, or an empty one. */
  readonly initial: MappingValues;
  readonly ledgers: readonly { readonly id: string; readonly name: string }[];
  readonly verdict: Verdict | undefined;
  readonly onSaved: () => void;
};

/** Everything that says where the lines of one account go. */
export function MappingForm({ row, initial, ledgers, verdict, onSaved }: MappingFormProps) {
  const [values, setValues] = useState(initial);
  const [tried, setTried] = useState(false);
  const latest = useRef(initial);
  const pickers = useRef<Pickers>(new Set());
  const save = useSaveMappings();
  const set = (part: Partial<MappingValues>) => {
    latest.current = { ...latest.current, ...part };
    setValues(latest.current);
  };
  const missing = missingFields(values);
  const submit = async () => {
    if (save.busy) return;
    const taken = await Promise.all([...pickers.current].map((picker) => picker.take()));
    setTried(true);
    if (taken.includes(false) || missingFields(latest.current) !== '') return;
    if (await save.run([latest.current])) onSaved();
  };
  return (
    <form
      noValidate
      className="mapping-form"
      aria-label={t('Mapping of {account}', { account: accountTitle(row.account) })}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {verdict ? <Findings verdict={verdict} /> : null}
      {ledgers.length > 1 ? (
        <Choose
          label={t('Ledger')}
          value={values.ledgerConnectionId}
          choices={ledgers.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(ledgerConnectionId) =>
            set({ ledgerConnectionId, legalEntity: '', bankAccount: '', journalName: '' })
          }
        />
      ) : null}
      <EntityChoice
        connectionId={values.ledgerConnectionId}
        label={t('Legal entity')}
        value={values.legalEntity}
        onChange={(legalEntity) => set({ legalEntity, bankAccount: '', journalName: '', dimensions: {} })}
      />
      {values.legalEntity === '' ? (
        <p className="quiet">{t('Choose the legal entity to which this account belongs.')}</p>
      ) : (
        <PickersOfForm value={pickers.current}>
          <InEntity key={`${values.ledgerConnectionId} ${values.legalEntity}`} row={row} values={values} set={set} />
        </PickersOfForm>
      )}
      {save.busy ? <WorkProgress progress={save.progress} label={t('Saving; open entries follow')} /> : null}
      <ErrorNote error={save.error} retry={() => void submit()} />
      {tried && missing !== '' ? (
        <p className="small wrong" role="alert">
          {t('Missing: {fields}.', { fields: missing })}
        </p>
      ) : null}
      <div className="form-foot">
        <Button kind="primary" type="submit" isDisabled={save.busy}>
          {row.mapping ? t('Save the mapping') : t('Map this account')}
        </Button>
        {row.mapping ? <DeleteMapping id={row.mapping.id} account={accountTitle(row.account)} /> : null}
      </div>
    </form>
  );
}

function missingFields({ legalEntity, bankAccount, journalName }: MappingValues): string {
  return [
    legalEntity === '' ? t('legal entity') : null,
    bankAccount === '' ? t('bank account') : null,
    journalName === '' ? t('journal name') : null,
  ]
    .filter((field) => field !== null)
    .join(', ');
}

type InEntityProps = {
  readonly row: Row;
  readonly values: MappingValues;
  readonly set: (part: Partial<MappingValues>) => void;
};

function InEntity({ row, values, set }: InEntityProps) {
  const { ledgerConnectionId: connectionId, legalEntity } = values;
  const reference = useCall('ledger.reference', { connectionId, legalEntity });
  const from = { connectionId, legalEntity, kinds: ['ledger'] as const };
  return (
    <Answered answer={reference}>
      {(ledger) => (
        <>
          <section>
            <PickField
              label={t('Bank account')}
              from={{ connectionId, legalEntity, kinds: ['bank'] }}
              value={values.bankAccount}
              onPick={(picked) => {
                const bankAccount = picked?.code ?? '';
                const own = onlyJournalOf(ledger, bankAccount);
                set({ bankAccount, ...(own === undefined ? {} : { journalName: own }) });
              }}
            />
            <BankAccountLine ledger={ledger} bankAccount={values.bankAccount} currency={row.account.currency} />
            <JournalChoice
              ledger={ledger}
              bankAccount={values.bankAccount}
              value={values.journalName}
              onChange={(journalName) => set({ journalName })}
            />
            <TextInput
              label={t('First day')}
              type="date"
              value={values.startDate ?? ''}
              onChange={(day) => set({ startDate: day === '' ? null : day })}
              description={
                values.startDate === null
                  ? t('Every line that the bank gives is proposed.')
                  : t('Earlier lines are history: shown and searched, never proposed.')
              }
            />
          </section>
          <section>
            <h3>{t('Lines that no rule knows')}</h3>
            <PickField
              label={t('Account for the rest')}
              from={from}
              value={values.offsetAccount ?? ''}
              onPick={(picked) => set({ offsetAccount: picked?.code ?? null })}
            />
            {values.offsetAccount === null ? <p className="small quiet">{t('None: they wait for a person.')}</p> : null}
            <DimensionFields ledger={ledger} values={values} set={set} />
          </section>
          <section>
            <h3>{t('Transfers and pending lines')}</h3>
            <PickField
              label={t('Account for own transfers')}
              from={from}
              value={values.transferAccount ?? ''}
              onPick={(picked) => set({ transferAccount: picked?.code ?? null })}
            />
            <p className="small quiet">
              {ledger.posting.transfersEachSide
                ? t(
                    'Each bank has its own statement here, so an own transfer is an entry on each side through this account. Without it, transfers wait for a person.',
                  )
                : t('Where money is that has left one account and not yet come to the other.')}
            </p>
            <Choose
              label={t('Pending lines')}
              value={values.pending}
              choices={(['wait', 'clearing'] as const).map((value) => ({ value, label: pendingLabel(value) }))}
              onChange={(pending) => set({ pending })}
            />
            {values.pending === 'clearing' ? (
              <PickField
                label={t('Clearing account')}
                from={from}
                value={values.clearingAccount ?? ''}
                onPick={(picked) => set({ clearingAccount: picked?.code ?? null })}
              />
            ) : null}
          </section>
          <section>
            <h3>{t('Journals and approval')}</h3>
            {ledger.posting.grouping === null ? (
              <Choose
                label={t('Journals')}
                value={values.grouping}
                choices={(['account_day', 'run'] as const).map((value) => ({ value, label: groupingLabel(value) }))}
                onChange={(grouping) => set({ grouping })}
              />
            ) : (
              <p className="small quiet">
                {t('This ledger takes one entry for each day of a bank account, as on its statement.')}
              </p>
            )}
            <Choose
              label={t('Suggestions from history')}
              value={values.suggestions}
              choices={[
                { value: 'beside', label: t('Shown beside, a person takes them') },
                { value: 'first', label: t('Filled in, a person approves them') },
              ]}
              onChange={(suggestions) => set({ suggestions })}
            />
            <Check checked={values.autoApprove} onChange={(autoApprove) => set({ autoApprove })}>
              {t('Approve by itself what a rule codes for certain')}
            </Check>
          </section>
        </>
      )}
    </Answered>
  );
}

function DeleteMapping({ id, account }: { readonly id: string; readonly account: string }) {
  const remove = useAction('mappings.delete');
  const run = async () => {
    const agreed = await confirm({
      title: t('Delete the mapping of {account}?', { account }),
      body: (
        <p>
          {t(
            'Nothing posts from the account until it is mapped again. A mapping that entries were made by stays as their record and cannot be deleted.',
          )}
        </p>
      ),
      action: t('Delete the mapping'),
      kind: 'danger',
    });
    if (agreed !== null && (await remove.run({ id }))) tell(t('The mapping of {account} is deleted.', { account }));
  };
  return (
    <>
      <Button isDisabled={remove.busy} onPress={() => void run()}>
        {t('Delete')}
      </Button>
      <ErrorNote error={remove.error} onClose={remove.clear} />
    </>
  );
}
