import '../../components/sheet.css';
import { useState } from 'react';
import { useCall } from '../../api/use-call.ts';
import { Page } from '../../app/page.tsx';
import { Check } from '../../components/fields.tsx';
import { Answered, Empty } from '../../components/states.tsx';
import { t } from '../../i18n/t.ts';
import { EntryExceptions } from './entry-exceptions.tsx';
import { Pager } from './pager.tsx';
import { RowExceptions } from './row-exceptions.tsx';
import { ActivityTabs } from './tabs.tsx';

const LIMIT = 100;

/** What could not go on by itself: entries that the ERP refused, and rows of banks that are no lines. */
export function Exceptions() {
  const [settled, setSettled] = useState(false);
  const [offset, setOffset] = useState(0);
  const answer = useCall('activity.exceptions', { settled, offset, limit: LIMIT });
  return (
    <Page
      title={t('Activity')}
      tools={
        <>
          {answer.data ? (
            <Pager
              offset={offset}
              limit={LIMIT}
              total={Math.max(answer.data.totalRows, answer.data.totalEntries)}
              onOffset={setOffset}
            />
          ) : null}
          <Check
            checked={settled}
            onChange={(next) => {
              setSettled(next);
              setOffset(0);
            }}
          >
            {t('Settled rows, too')}
          </Check>
        </>
      }
      under={<ActivityTabs tab="exceptions" />}
    >
      <Answered answer={answer}>
        {({ rows, entries, totalRows, totalEntries }) =>
          totalRows + totalEntries === 0 ? (
            <Empty title={t('No exception waits')}>
              {t(
                'Rows that a bank sent but that are no lines, and entries that the ERP refused, would wait here until a person has dealt with them.',
              )}
            </Empty>
          ) : (
            <div className="activity">
              {entries.length > 0 ? <EntryExceptions entries={entries} total={totalEntries} /> : null}
              {rows.length > 0 ? <RowExceptions rows={rows} total={totalRows} /> : null}
            </div>
          )
        }
      </Answered>
    </Page>
  );
}
