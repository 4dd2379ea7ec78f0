import type { SerialError } from '../api/contract.ts';
import { t } from '../i18n/t.ts';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import { errorDetails, type RepairWays, repairOf } from './repair.ts';

export type ErrorNoteProps = RepairWays & {
  readonly error: SerialError | undefined | null;
  /** Shows a button that takes the note away. */
  readonly onClose?: (() => void) | undefined;
};

/** An error where it happened: the sentence, what a help desk needs, and the button that repairs. */
export function ErrorNote({ error, onClose, ...ways }: ErrorNoteProps) {
  if (!error) return null;
  const repair = repairOf(error, ways);
  return (
    <div className="note error" role="alert">
      <Icon name="warning" />
      <div className="sentence">
        {error.sentence}
        <span className="details">{errorDetails(error)}</span>
      </div>
      {repair ? (
        <Button small onPress={repair.act}>
          {repair.label}
        </Button>
      ) : null}
      {onClose ? (
        <Button kind="plain" small aria-label={t('Close')} onPress={onClose}>
          <Icon name="close" />
        </Button>
      ) : null}
    </div>
  );
}
