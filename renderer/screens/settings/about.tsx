import type { CallOutput } from '../../api/contract.ts';
import { useAction } from '../../api/use-action.ts';
import { useCall } from '../../api/use-call.ts';
import { useAbout } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Instant } from '../../components/day.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { Check } from '../../components/fields.tsx';
import { Answered } from '../../components/states.tsx';
import { t } from '../../i18n/t.ts';

type Host = CallOutput<'host.about'>;

/** What runs here: environment, versions, folder, updates. */
export function About() {
  const about = useAbout();
  const { data: host } = useCall('host.about', {});
  return (
    <>
      <Answered answer={about}>
        {({ practice, environments, versions, folder, actor, createdAt, id }) => {
          const environment = practice
            ? t('Practice company: invented banks and an invented ERP')
            : environments.length === 0
              ? t('Nothing is connected yet')
              : environments.map((one) => (one === 'sandbox' ? t('Sandbox (test)') : t('Production'))).join(', ');
          const facts: readonly (readonly [string, string])[] = [
            ['Daybook', versions.daybook],
            ['Node', versions.node],
            ['SQLite', versions.sqlite],
            [t('Workspace form'), String(versions.schema)],
          ];
          return (
            <section className="settings-part">
              <h2>Daybook {versions.daybook}</h2>
              <dl className="facts">
                <dt>{t('Environment')}</dt>
                <dd className={practice || environments.includes('sandbox') ? 'act' : undefined}>{environment}</dd>
                <dt>{t('Shown by')}</dt>
                <dd>{host ? hostLabel(host) : ''}</dd>
                {facts.slice(1).map(([name, version]) => (
                  <Fact key={name} name={name} value={version} />
                ))}
                <Fact name={t('You are')} value={actor} />
                <Fact name={t('Data folder')} value={folder} />
                <dt>{t('Workspace since')}</dt>
                <dd>
                  <Instant value={createdAt} />
                </dd>
                <Fact name={t('Workspace id')} value={id} />
                <Fact name={t('Public holidays')} value={t('date-holidays, after Wikipedia articles, CC BY-SA 3.0')} />
              </dl>
              <div>
                <CopyButton text={facts.map(([name, version]) => `${name} ${version}`).join('\n')}>
                  {t('Copy the versions')}
                </CopyButton>
              </div>
            </section>
          );
        }}
      </Answered>
      {host ? <Updates host={host} /> : null}
      {host?.openAtLogin === true || host?.openAtLogin === false ? <OpenAtLogin on={host.openAtLogin} /> : null}
    </>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}

function hostLabel({ host }: Host): string {
  if (host === 'electron') return t('the desktop app');
  return host === 'browser' ? t('a browser on this computer') : t('the command line');
}

function Updates({ host }: { readonly host: Host }) {
  const check = useAction('host.checkForUpdates');
  const { state, version } = host.updates;
  return (
    <section className="settings-part">
      <h2>{t('Updates')}</h2>
      <p>{updateSentence(state, version ?? '')}</p>
      <ErrorNote error={check.error} retry={() => void check.run({})} />
      {state === 'off' ? null : (
        <div>
          <Button isDisabled={check.busy} onPress={() => void check.run({})}>
            {t('Look for updates')}
          </Button>
        </div>
      )}
    </section>
  );
}

function updateSentence(state: Host['updates']['state'], version: string): string {
  switch (state) {
    case 'current':
      return t('This is the newest version.');
    case 'available':
      return t('Version {version} is being fetched.', { version });
    case 'ready':
      return t('Version {version} is installed when you quit Daybook.', { version });
    default:
      return t('Daybook does not look for updates: no address is set for them.');
  }
}

function OpenAtLogin({ on }: { readonly on: boolean }) {
  const set = useAction('host.setOpenAtLogin');
  return (
    <section className="settings-part">
      <h2>{t('Start')}</h2>
      <Check checked={on} isDisabled={set.busy} onChange={(open) => void set.run({ open })}>
        {t('Open Daybook in the tray when I sign in to this computer')}
      </Check>
      <ErrorNote error={set.error} />
    </section>
  );
}
