import { Button } from '../components/button.tsx';
import { Day } from '../components/day.tsx';
import { Icon } from '../components/icon.tsx';
import { formatCount } from '../i18n/format.ts';
import { t } from '../i18n/t.ts';
import { runCommand } from './commands.ts';
import { to, useRoute } from './route.ts';
import { SCREENS, type ScreenEntry } from './screens.ts';
import { useAbout } from './session.ts';

/** The screens by word, with counts only where a person must act. */
export function Rail() {
  const { path } = useRoute();
  const { data: about } = useAbout();
  const here = path[0] ?? SCREENS[0]?.id;
  return (
    <div className="rail">
      <div className="workspace">
        <span className="name">{about?.name ?? 'Daybook'}</span>
        <span className="day">{about ? <Day value={about.today} /> : null}</span>
      </div>
      <nav aria-label={t('Screens')}>
        <ul>
          {SCREENS.map((screen) => (
            <li key={screen.id}>
              <a href={to([screen.id])} aria-current={screen.id === here ? 'page' : undefined}>
                <Icon name={screen.icon} />
                {screen.label()}
                {screen.useCount ? <Count useCount={screen.useCount} /> : null}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div className="foot">
        <Button kind="plain" command="palette.open" onPress={() => runCommand('palette.open')}>
          {t('Commands')}
        </Button>
        <Button kind="plain" command="help.open" onPress={() => runCommand('help.open')}>
          {t('Keys')}
        </Button>
      </div>
    </div>
  );
}

function Count({ useCount }: { readonly useCount: NonNullable<ScreenEntry['useCount']> }) {
  const count = useCount();
  return count ? <span className="count">{formatCount(count)}</span> : null;
}
