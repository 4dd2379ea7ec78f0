import { useAbout } from '../../app/session.ts';
import { Day, Instant } from '../../components/day.tsx';
import { t } from '../../i18n/t.ts';
import { stateLabel } from './labels.ts';
import type { Lifecycle } from './types.ts';

/** A state with its day or moment: `Pausing, next try 14:05`, `Ends soon, on Fri 27 Nov`. */
export function StateWords({ lifecycle }: { readonly lifecycle: Lifecycle }) {
  const { data: about } = useAbout();
  const { state, until, ending } = lifecycle;
  const on = state === 'expiring' || state === 'disconnect_pending' ? (ending?.on ?? null) : null;
  return (
    <>
      {stateLabel(state)}
      {until === null ? null : (
        <>
          {', '}
          {t('next try')} <Instant value={until} {...(about ? { today: about.today } : {})} />
        </>
      )}
      {on === null ? null : (
        <>
          {', '}
          {t('on')} <Day value={on.slice(0, 10)} />
        </>
      )}
    </>
  );
}
