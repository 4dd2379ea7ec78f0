import type { Action } from '../../api/use-action.ts';
import { go } from '../../app/route.ts';
import { Button } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { Icon } from '../../components/icon.tsx';
import { WorkProgress } from '../../components/progress.tsx';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import type { TrailCheck } from './use-trail.ts';

export type VerifyNoteProps = {
  readonly action: Action<'audit.verify'>;
  readonly result: TrailCheck | undefined;
  readonly onRun: () => void;
  readonly onShow: (seq: number) => void;
  readonly onClose: () => void;
};

/** The finding of a check: all links hold, or the first that does not, by its number and why. */
export function VerifyNote({ action, result, onRun, onShow, onClose }: VerifyNoteProps) {
  if (action.busy)
    return (
      <div className="audit-work">
        <WorkProgress progress={action.progress} label={t('Checking every link of the trail')} />
        <Button small isDisabled={action.cancelling} onPress={action.cancel}>
          {t('Stop')}
        </Button>
      </div>
    );
  if (action.error) return <ErrorNote error={action.error} retry={onRun} onClose={action.clear} />;
  if (!result) return null;
  const close = (
    <Button kind="plain" small aria-label={t('Close')} onPress={onClose}>
      <Icon name="close" />
    </Button>
  );
  if (result.verified)
    return (
      <div className="note verified" role="status">
        <Icon name="check" />
        <div className="sentence">
          {t(
            '{count, plural, one {# event holds} other {All {shown} events hold}} together: nothing was changed, removed or put in between.',
            {
              count: result.events,
              shown: formatCount(result.events),
            },
          )}
          <span className="details">
            {t('Last link')} <span className="event-hash">{result.headHash}</span>{' '}
            {t('Keep it elsewhere: with it anybody can prove later that nothing before it was rewritten.')}
          </span>
        </div>
        <CopyButton text={result.headHash}>{t('Copy the last link')}</CopyButton>
        {close}
      </div>
    );
  const broken = result.firstBroken;
  return (
    <div className="note error" role="alert">
      <Icon name="warning" />
      <div className="sentence">
        {t('The chain breaks at event {number}.', { number: formatCount(broken?.seq ?? 0) })} {broken?.reason}
        <span className="details">
          {t(
            '{count, plural, =0 {No event before it holds.} one {The event before it holds.} other {The {shown} events before it hold.}} Somebody changed the workspace’s file outside Daybook. Compare it with a backup.',
            {
              count: result.events,
              shown: formatCount(result.events),
            },
          )}
        </span>
      </div>
      {broken ? (
        <Button small onPress={() => onShow(broken.seq)}>
          {t('Show event {number}', { number: formatCount(broken.seq) })}
        </Button>
      ) : null}
      <Button small onPress={() => go(['settings', 'backup'])}>
        {t('Open backups')}
      </Button>
      {close}
    </div>
  );
}
