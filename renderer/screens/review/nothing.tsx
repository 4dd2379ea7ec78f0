import { useCall } from '../../api/use-call.ts';
import { go } from '../../app/route.ts';
import { useAbout } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { Empty } from '../../components/states.tsx';
import { formatCount, formatInstant } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import type { Tab } from './filter.ts';

export type NothingProps = {
  readonly tab: Tab;
  readonly filtered: boolean;
  /** Lines that are approved and wait to be posted. */
  readonly approved: number;
  readonly onPost: () => void;
  readonly syncing: boolean;
  readonly onClear: () => void;
  readonly onSync: () => void;
};

const NOTHING = {};

/** Which nothing it is: nothing fits the filter, no bank is linked, or the work is done. */
export function NothingToReview({ tab, filtered, approved, onPost, syncing, onClear, onSync }: NothingProps) {
  const { data: about } = useAbout();
  const today = useCall('today.get', filtered ? null : NOTHING);
  const connections = useCall('connections.list', filtered ? null : NOTHING);
  if (filtered)
    return (
      <Empty title={t('Nothing fits the filter')} actions={<Button onPress={onClear}>{t('Clear the filter')}</Button>}>
        {t('There may be lines outside of it.')}
      </Empty>
    );
  if (tab !== 'review') return <Empty title={emptyTitle(tab)} />;
  if (connections.data?.every((connection) => connection.feeds.length === 0))
    return (
      <Empty
        title={t('No bank is linked yet')}
        actions={<Button onPress={() => go(['connections'])}>{t('Open connections')}</Button>}
      >
        {t('Lines come here once a bank and a ledger are connected and their accounts are mapped.')}
      </Empty>
    );
  const fetched = today.data?.health
    .map((one) => one.lastSuccessAt)
    .filter((at) => at !== null)
    .sort()
    .at(-1);
  const next = today.data?.nextRun;
  return (
    <Empty
      title={t('Nothing to review')}
      actions={
        <>
          {approved > 0 ? (
            <Button kind="primary" command="post.open" onPress={onPost}>
              {t('Post {count, plural, one {# line} other {{shown} lines}}', {
                count: approved,
                shown: formatCount(approved),
              })}
            </Button>
          ) : null}
          <Button isDisabled={syncing} command="sync.run" onPress={onSync}>
            {t('Sync now')}
          </Button>
        </>
      }
    >
      {approved > 0
        ? `${t(
            '{count, plural, one {# approved line waits} other {{shown} approved lines wait}} to be posted to the ERP.',
            {
              count: approved,
              shown: formatCount(approved),
            },
          )} `
        : null}
      {fetched ? t('Last fetched {at}.', { at: formatInstant(fetched, about?.today) }) : t('Nothing was fetched yet.')}{' '}
      {next ? t('Next run {at}.', { at: formatInstant(next, about?.today) }) : t('No run is scheduled.')}
    </Empty>
  );
}

function emptyTitle(tab: Tab): string {
  switch (tab) {
    case 'ready':
      return t('Nothing is approved and waiting');
    case 'posted':
      return t('Nothing is posted yet');
    case 'excluded':
      return t('Nothing is excluded');
    default:
      return t('No exceptions');
  }
}
