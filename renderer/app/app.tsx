import { Component, type ErrorInfo, type ReactNode, Suspense, useEffect, useState } from 'react';
import { I18nProvider } from 'react-aria-components';
import { shownError } from '../api/client.ts';
import { useCall } from '../api/use-call.ts';
import { ConfirmDialog } from '../components/confirm.tsx';
import { Empty, Failed, Loading } from '../components/states.tsx';
import { setLocale, useLocale } from '../i18n/locale.ts';
import { t } from '../i18n/t.ts';
import { LockScreen } from '../screens/settings/unlock.tsx';
import { onSystemTheme, wear } from '../theme/theme.ts';
import './frame.css';
import '../components/controls.css';
import { type Handlers, listenToKeys, useCommands } from './commands.ts';
import { Help } from './help.tsx';
import { keepFocus } from './keep-focus.ts';
import type { CommandId } from './keys.ts';
import { Palette } from './palette.tsx';
import { Rail } from './rail.tsx';
import { go, useRoute } from './route.ts';
import { SCREENS } from './screens.ts';
import { useAbout } from './session.ts';
import { Strip } from './strip.tsx';
import { Told } from './toasts.tsx';
import { rememberFor, setView, useView } from './view.ts';

/** The whole window: strip, rail, the screen of the address, and what floats above. */
export function App() {
  const [over, setOver] = useState<'palette' | 'help' | null>(null);
  const close = () => setOver(null);
  useLook();
  useWorkspace();
  const { locale } = useLocale();
  useEffect(listenToKeys, []);
  useEffect(keepFocus, []);
  useCommands({
    'palette.open': () => setOver('palette'),
    'help.open': () => setOver('help'),
    'theme.next': nextTheme,
    'density.next': () => setView(({ density }) => ({ density: density === 'dense' ? 'comfortable' : 'dense' })),
    'privacy.toggle': () => setView(({ privacy }) => ({ privacy: !privacy })),
    ...screenKeys(),
  });
  return (
    <I18nProvider locale={locale}>
      <div className="frame">
        <Strip />
        <Rail />
        <CurrentScreen />
      </div>
      <OverFailure key={over} onClose={close}>
        {over === 'palette' ? <Palette onClose={close} /> : null}
        {over === 'help' ? <Help onClose={close} /> : null}
      </OverFailure>
      <ConfirmDialog />
      <Told />
    </I18nProvider>
  );
}

const NOTHING = {};

function CurrentScreen() {
  const { path } = useRoute();
  const { data: host } = useCall('host.about', NOTHING);
  if (host?.locked) return <LockScreen host={host} />;
  const [first] = SCREENS;
  const entry = path[0] === undefined ? first : SCREENS.find((screen) => screen.id === path[0]);
  if (!entry)
    return (
      <div className="page">
        <main>
          <Empty title={t('There is no such screen')}>{t('Choose one from the rail.')}</Empty>
        </main>
      </div>
    );
  const { Screen } = entry;
  return (
    <ScreenFailure key={entry.id}>
      <Suspense fallback={<Loading />}>
        <Screen />
      </Suspense>
    </ScreenFailure>
  );
}

/** A defect in one screen leaves the others usable. */
class ScreenFailure extends Component<{ readonly children: ReactNode }, { readonly thrown: unknown }> {
  override state: { readonly thrown: unknown } = { thrown: undefined };

  static getDerivedStateFromError(thrown: unknown) {
    return { thrown };
  }

  override componentDidCatch(thrown: unknown, info: ErrorInfo) {
    reportError(thrown);
    void info;
  }

  override render() {
    if (this.state.thrown === undefined) return this.props.children;
    return (
      <div className="page">
        <main>
          <Failed error={shownError(this.state.thrown)} retry={() => this.setState({ thrown: undefined })} />
        </main>
      </div>
    );
  }
}

/** A defect in the palette or the help closes it, and leaves the work beneath as it is. */
class OverFailure extends Component<
  { readonly children: ReactNode; readonly onClose: () => void },
  { readonly failed: boolean }
> {
  override state: { readonly failed: boolean } = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override componentDidCatch(thrown: unknown) {
    reportError(thrown);
    this.props.onClose();
  }

  override render() {
    return this.state.failed ? null : this.props.children;
  }
}

function useLook(): void {
  const theme = useView((view) => view.theme);
  const density = useView((view) => view.density);
  const privacy = useView((view) => view.privacy);
  useEffect(() => {
    const look = { theme, density, privacy };
    wear(look);
    return onSystemTheme(() => wear(look));
  }, [theme, density, privacy]);
}

function useWorkspace(): void {
  const { data: about } = useAbout();
  useEffect(() => {
    if (!about) return;
    setLocale({ locale: about.locale, timeZone: about.timeZone });
    rememberFor(about.practice);
  }, [about]);
}

function nextTheme(): void {
  setView(({ theme }) => ({ theme: theme === 'system' ? 'light' : theme === 'light' ? 'dark' : 'system' }));
}

/** Alt+1 to Alt+9 in the rail's order. */
function screenKeys(): Handlers {
  return Object.fromEntries(
    SCREENS.slice(0, 9).map((screen, index) => [`go.${index + 1}` as CommandId, () => go([screen.id])]),
  );
}
