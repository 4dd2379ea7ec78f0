import { useCall } from '../../api/use-call.ts';
import { useCommands } from '../../app/commands.ts';
import { go, to } from '../../app/route.ts';
import { useOpenQuestions } from '../../components/journal-question/question.ts';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';

const TABS = ['runs', 'fetches', 'journals', 'exceptions', 'find'] as const;
export type ActivityTab = (typeof TABS)[number];

const ONE = { limit: 1 };

export function ActivityTabs({ tab }: { readonly tab: ActivityTab }) {
  const { data } = useCall('activity.exceptions', ONE);
  const waiting = data ? data.totalRows + data.totalEntries : 0;
  const questions = useOpenQuestions().data?.questions.length ?? 0;
  const step = (by: number) => {
    const next = TABS[(TABS.indexOf(tab) + by + TABS.length) % TABS.length];
    if (next) go(['activity', next]);
  };
  useCommands({ 'tab.next': () => step(1), 'tab.previous': () => step(-1) });
  return (
    <nav className="tabs-list" aria-label={t('Tabs')}>
      {TABS.map((one) => (
        <a key={one} className="tab" href={to(['activity', one])} aria-current={one === tab ? 'page' : undefined}>
          {tabLabel(one)}
          {one === 'exceptions' && data ? (
            <span className={waiting > 0 ? 'count figure act' : 'count figure'}>{formatCount(waiting)}</span>
          ) : null}
          {one === 'journals' && questions > 0 ? (
            <span className="count figure act">{formatCount(questions)}</span>
          ) : null}
        </a>
      ))}
    </nav>
  );
}

function tabLabel(tab: ActivityTab): string {
  switch (tab) {
    case 'runs':
      return t('Runs');
    case 'fetches':
      return t('Fetches');
    case 'journals':
      return t('Journals');
    case 'exceptions':
      return t('Exceptions');
    case 'find':
      return t('Find a line');
    default:
      return tab;
  }
}
