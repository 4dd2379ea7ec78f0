import type { CallOutput } from '../../api/contract.ts';
import { to } from '../../app/route.ts';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import { TABS, type Tab } from './filter.ts';
import { tabLabel } from './tab-label.ts';

export type ReviewTabsProps = { readonly tab: Tab; readonly counts: CallOutput<'queue.counts'> | undefined };

/** The tabs are addresses, so that a link leads to one. */
export function ReviewTabs({ tab, counts }: ReviewTabsProps) {
  return (
    <nav className="tabs-list" aria-label={t('Tabs')}>
      {TABS.map((one) => {
        const count = (counts?.tabs[one] ?? 0) + (one === 'exceptions' ? (counts?.rowExceptions ?? 0) : 0);
        const act = (one === 'review' || one === 'exceptions') && count > 0;
        return (
          <a key={one} className="tab" href={to(['review', one])} aria-current={one === tab ? 'page' : undefined}>
            {tabLabel(one)}
            {counts ? <span className={act ? 'count figure act' : 'count figure'}>{formatCount(count)}</span> : null}
          </a>
        );
      })}
    </nav>
  );
}
