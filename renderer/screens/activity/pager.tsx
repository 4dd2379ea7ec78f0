import { Button } from '../../components/button.tsx';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';

export type PagerProps = {
  readonly offset: number;
  readonly limit: number;
  readonly total: number;
  readonly onOffset: (offset: number) => void;
};

/** Which part of a long list is shown, and the way to the rest. Says the count alone when all of it is shown. */
export function Pager({ offset, limit, total, onOffset }: PagerProps) {
  const last = Math.min(total, offset + limit);
  if (offset === 0 && total <= limit)
    return <span className="pager quiet figure">{t('{count} in all', { count: formatCount(total) })}</span>;
  return (
    <span className="pager">
      <span className="quiet figure">
        {t('{first}–{last} of {total}', {
          first: formatCount(offset + 1),
          last: formatCount(last),
          total: formatCount(total),
        })}
      </span>
      <Button small isDisabled={offset === 0} onPress={() => onOffset(Math.max(0, offset - limit))}>
        {t('Newer')}
      </Button>
      <Button small isDisabled={last >= total} onPress={() => onOffset(offset + limit)}>
        {t('Older')}
      </Button>
    </span>
  );
}
