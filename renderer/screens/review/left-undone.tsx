import { Button } from '../../components/button.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { Icon } from '../../components/icon.tsx';
import { t } from '../../i18n/t.ts';
import type { Left } from './use-decide.ts';

/** What an action did not do, and why; it stays until it is read. */
export function LeftUndone({ left, onClose }: { readonly left: Left | null; readonly onClose: () => void }) {
  if (!left) return null;
  if (left.error) return <ErrorNote error={left.error} onClose={onClose} />;
  const sentences = [...new Set(left.sentences)];
  if (sentences.length === 0) return null;
  return (
    <div className="note warning" role="alert">
      <Icon name="warning" />
      <ul className="sentence">
        {sentences.slice(0, 5).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
        {sentences.length > 5 ? <li>{t('and {count} more', { count: sentences.length - 5 })}</li> : null}
      </ul>
      <Button kind="plain" small aria-label={t('Close')} onPress={onClose}>
        <Icon name="close" />
      </Button>
    </div>
  );
}
