import { go } from '../../app/route.ts';
import { Button } from '../../components/button.tsx';
import { Empty } from '../../components/states.tsx';
import { t } from '../../i18n/t.ts';

/** What is mapped, and that nothing posts from the rest. */
export function summary(mapped: number, missing: number): string {
  if (missing === 0)
    return t('{count, plural, one {The account is} other {All # accounts are}} mapped.', { count: mapped });
  return t(
    '{mapped, plural, =0 {No account is mapped.} one {One account is mapped.} other {# accounts are mapped.}} Nothing posts from {missing, plural, one {the one that is not} other {the # that are not}}.',
    { mapped, missing },
  );
}

export function NoAccounts() {
  return (
    <Empty
      title={t('There is no account to map yet')}
      actions={
        <Button kind="primary" onPress={() => go(['connections'])}>
          {t('Add a bank')}
        </Button>
      }
    >
      {t('Accounts come with a bank. Add a bank first; its accounts are listed here.')}
    </Empty>
  );
}

export function NoLedger() {
  return (
    <div className="note warning">
      <span className="sentence">{t('No ledger is connected, so no account can be mapped. Connect one first.')}</span>
      <Button small onPress={() => go(['connections'])}>
        {t('Open connections')}
      </Button>
    </div>
  );
}
