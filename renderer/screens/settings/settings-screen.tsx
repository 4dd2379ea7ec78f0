import './settings.css';
import { Page } from '../../app/page.tsx';
import { to, useRoute } from '../../app/route.ts';
import { t } from '../../i18n/t.ts';
import { About } from './about.tsx';
import { Appearance } from './appearance.tsx';
import { Backups } from './backups.tsx';
import { General } from './general.tsx';
import { Schedule } from './schedule.tsx';
import { Security } from './security.tsx';
import { Webhooks } from './webhooks.tsx';

const PARTS = ['general', 'schedule', 'webhooks', 'backup', 'security', 'appearance', 'about'] as const;
type Part = (typeof PARTS)[number];

/** The workspace's settings and this computer's, one part at a time. */
export default function SettingsScreen() {
  const { path } = useRoute();
  const part = PARTS.find((one) => one === path[1]) ?? 'general';
  return (
    <Page
      title={t('Settings')}
      under={
        <nav className="tabs-list" aria-label={t('Parts of the settings')}>
          {PARTS.map((one) => (
            <a key={one} className="tab" href={to(['settings', one])} aria-current={one === part ? 'page' : undefined}>
              {partLabel(one)}
            </a>
          ))}
        </nav>
      }
    >
      <div className="read settings">
        <PartOf part={part} />
      </div>
    </Page>
  );
}

function PartOf({ part }: { readonly part: Part }) {
  switch (part) {
    case 'general':
      return <General />;
    case 'schedule':
      return <Schedule />;
    case 'webhooks':
      return <Webhooks />;
    case 'backup':
      return <Backups />;
    case 'security':
      return <Security />;
    case 'appearance':
      return <Appearance />;
    default:
      return <About />;
  }
}

function partLabel(part: Part): string {
  switch (part) {
    case 'general':
      return t('General');
    case 'schedule':
      return t('Schedule');
    case 'webhooks':
      return t('Webhooks');
    case 'backup':
      return t('Backups');
    case 'security':
      return t('Security');
    case 'appearance':
      return t('Appearance');
    default:
      return t('About');
  }
}
