import { t } from '../../i18n/t.ts';
import type { Ageing } from './today.ts';

/** `0–30 days`, `over 90 days`. */
export function bucketLabel({ from, to }: Ageing['buckets'][number]): string {
  return to === null ? t('over {days} days', { days: from - 1 }) : t('{from}–{to} days', { from, to });
}

/** Older is more urgent: from quiet to amber, which says that a person is needed. */
export const BUCKET_COLOURS = ['var(--accent-line)', 'var(--accent)', 'var(--amber-line)', 'var(--amber)'];
