import { ProgressBar } from 'react-aria-components';
import type { Progress } from '../api/use-action.ts';
import { formatCount } from '../i18n/format.ts';
import { t } from '../i18n/t.ts';

/** How far a long call is, with its sentence. */
export function WorkProgress({ progress, label }: { readonly progress: Progress | undefined; readonly label: string }) {
  const total = progress?.total ?? null;
  const known = progress !== undefined && total !== null && total > 0;
  const share = known ? Math.min(1, progress.done / total) : 0;
  return (
    <ProgressBar
      className={known ? 'progress' : 'progress unknown'}
      aria-label={label}
      isIndeterminate={!known}
      value={share * 100}
    >
      <div className="track">
        <div className="bar" style={known ? { transform: `scaleX(${share})` } : undefined} />
      </div>
      <span className="small">
        {progress?.sentence ?? label}
        {known ? ` · ${t('{done} of {total}', { done: formatCount(progress.done), total: formatCount(total) })}` : null}
      </span>
    </ProgressBar>
  );
}
