import './statement-files.css';
import { useState } from 'react';
import { z } from 'zod';
import { useAction } from '../../api/use-action.ts';
import { useCall } from '../../api/use-call.ts';
import { saveFile } from '../../app/save-file.ts';
import { useAbout } from '../../app/session.ts';
import { tell } from '../../app/toasts.tsx';
import { useRemembered } from '../../app/view.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { Choose, TextInput } from '../../components/fields.tsx';
import { WorkProgress } from '../../components/progress.tsx';
import { t } from '../../i18n/t.ts';

const NOTHING = {};
const formatSchema = z.enum(['camt053.001.08', 'camt053.001.02', 'mt940', 'bai2']);

/** Opens the dialog; stands among the tools of a screen. */
export function ExportStatementButton({ account = '' }: { readonly account?: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button kind="plain" onPress={() => setOpen(true)}>
        {t('Export statement')}
      </Button>
      {open ? <ExportStatementDialog account={account} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

type DialogProps = { readonly account: string; readonly onClose: () => void };

/** Statements of an account for a period, one a day, as a file that the ledger imports. */
function ExportStatementDialog({ account, onClose }: DialogProps) {
  const accounts = useCall('accounts.list', NOTHING);
  const [feedAccountId, setAccount] = useState(account);
  const month = monthBefore(useAbout().data?.today);
  const [typedFrom, setFrom] = useState<string>();
  const [typedTo, setTo] = useState<string>();
  const from = typedFrom ?? month.from;
  const to = typedTo ?? month.to;
  const [number, setNumber] = useState('');
  const [format, setFormat] = useRemembered('statement.format', formatSchema, 'camt053.001.08');
  const make = useAction('statementFiles.export');
  const open = (accounts.data ?? []).filter(({ closedAt }) => closedAt === null);
  const chosen = open.find(({ id }) => id === feedAccountId) ?? open[0];
  const ready = chosen !== undefined && from !== '' && to !== '' && from <= to;
  const needsNumber = make.error?.path === 'number' || number !== '';
  const run = async () => {
    if (!ready) return;
    const typed = number.trim();
    const asked = { feedAccountId: chosen.id, from, to, format, ...(typed === '' ? {} : { number: typed }) };
    const file = await make.run(asked);
    if (!file) return;
    saveFile(file);
    onClose();
    tell(
      t('{count, plural, one {# statement} other {# statements}} written to {name}', {
        count: file.days,
        name: file.name,
      }),
    );
  };
  return (
    <Dialog
      title={t('Export statement')}
      onClose={onClose}
      locked={make.busy}
      footer={
        <>
          <Button onPress={make.busy ? make.cancel : onClose}>{make.busy ? t('Stop') : t('Cancel')}</Button>
          <Button kind="primary" isDisabled={make.busy || !ready} onPress={() => void run()}>
            {t('Write the file')}
          </Button>
        </>
      }
    >
      <p className="quiet">
        {t(
          'One statement for each day with movements, each beginning where the one before ended. For the statement import of your ledger.',
        )}
      </p>
      <Choose
        label={t('Account')}
        value={chosen?.id ?? ''}
        choices={open.map(({ id, name, mask }) => ({ value: id, label: mask === null ? name : `${name} ··${mask}` }))}
        onChange={setAccount}
      />
      <div className="statement-hints">
        <TextInput label={t('From')} type="date" value={from} autoFocus onChange={setFrom} />
        <TextInput
          label={t('To')}
          type="date"
          value={to}
          onChange={setTo}
          error={from !== '' && to !== '' && from > to ? t('The period ends before it begins.') : undefined}
        />
      </div>
      <Choose
        label={t('Format')}
        value={format}
        choices={[
          { value: 'camt053.001.08', label: 'CAMT.053.001.08' },
          { value: 'camt053.001.02', label: 'CAMT.053.001.02' },
          { value: 'mt940', label: 'MT940' },
          { value: 'bai2', label: 'BAI2' },
        ]}
        onChange={setFormat}
      />
      {needsNumber ? (
        <TextInput
          label={t('Account number in the ledger')}
          value={number}
          onChange={setNumber}
          description={t('As your ledger knows it: the IBAN, or the number at the bank.')}
          onEnter={() => void run()}
        />
      ) : null}
      {make.busy ? <WorkProgress progress={make.progress} label={t('Writing the statements')} /> : null}
      <ErrorNote error={make.error} />
    </Dialog>
  );
}

/** The month before the one of `today`, whole: what is exported mostly. */
function monthBefore(today: string | undefined): { readonly from: string; readonly to: string } {
  if (today === undefined) return { from: '', to: '' };
  const [year = 0, month = 0] = today.split('-').map(Number);
  const isoDay = (time: number) => new Date(time).toISOString().slice(0, 10);
  return { from: isoDay(Date.UTC(year, month - 2, 1)), to: isoDay(Date.UTC(year, month - 1, 0)) };
}
