import { useEffect } from 'react';
import { to } from '../../app/route.ts';
import { Button } from '../../components/button.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { WorkProgress } from '../../components/progress.tsx';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import { follow, forgetFollowing, stopFollowing, useFollowing } from './follow.ts';

/** What became of the open entries after rules were changed. */
export function FollowNote() {
  const { callId, progress, done, error } = useFollowing();
  useEffect(() => forgetFollowing, []);
  if (callId !== null)
    return (
      <div className="follow" role="status">
        <WorkProgress progress={progress} label={t('Open entries follow the rules')} />
        <Button small onPress={stopFollowing}>
          {t('Stop')}
        </Button>
      </div>
    );
  if (error) return <ErrorNote error={error} retry={() => void follow()} onClose={forgetFollowing} />;
  if (!done) return null;
  const { changed, made } = done;
  return (
    <p className="follow quiet" role="status">
      {changed + made === 0
        ? t('Open entries stay as they were.')
        : t('{changed, plural, one {1 open entry follows} other {{shown} open entries follow}} the rules.', {
            changed: changed + made,
            shown: formatCount(changed + made),
          })}{' '}
      {changed + made === 0 ? null : <a href={to(['review'])}>{t('Open Review')}</a>}
    </p>
  );
}
