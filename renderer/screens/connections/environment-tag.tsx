import { useAbout } from '../../app/session.ts';
import { t } from '../../i18n/t.ts';

/** Says of a connection what kind of money it touches. Practice and sandbox cannot be overlooked. */
export function EnvironmentTag({
  environment,
  sentence = false,
}: {
  readonly environment: string;
  readonly sentence?: boolean;
}) {
  const { data: about } = useAbout();
  if (about?.practice)
    return (
      <span className="environment">
        <strong>{t('PRACTICE COMPANY')}</strong>
        {sentence ? t('Invented banks and an invented ERP. Nothing here is real money.') : null}
      </span>
    );
  if (environment === 'sandbox')
    return (
      <span className="environment">
        <strong>{t('SANDBOX')}</strong>
        {sentence ? t('A test connection. Nothing here is real money.') : null}
      </span>
    );
  return <span className="chip">{t('Production')}</span>;
}
