import { ErrorNote } from '../../components/error-note.tsx';
import { Icon } from '../../components/icon.tsx';
import { t } from '../../i18n/t.ts';
import { fieldLabel } from './labels.ts';
import type { Verdict } from './types.ts';

/** What the live ERP says of a mapping. */
export function Findings({ verdict }: { readonly verdict: Verdict }) {
  const { ok, findings, error } = verdict;
  if (error) return <ErrorNote error={error} />;
  if (findings.length === 0)
    return (
      <p className="fits">
        <Icon name="check" /> {t('The ledger takes everything of this mapping.')}
      </p>
    );
  return (
    <ul className="findings" aria-label={ok ? t('Remarks of the ledger') : t('What the ledger refuses')}>
      {findings.map(({ blocking, field, sentence }) => (
        <li key={`${field} ${sentence}`} data-blocking={blocking}>
          {blocking ? <Icon name="warning" /> : null}
          <span>
            {field === null ? null : <strong>{fieldLabel(field)}: </strong>}
            {sentence}
          </span>
        </li>
      ))}
    </ul>
  );
}
