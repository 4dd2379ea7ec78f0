import { Button } from '../../components/button.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { Check } from '../../components/fields.tsx';
import { Answered } from '../../components/states.tsx';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import type { KindField } from './types.ts';
import type { Entities } from './use-entities.ts';

export type EntitiesChoiceProps = {
  readonly entities: Entities;
  readonly field: KindField;
  readonly onSignIn: () => void;
};

/** Which of the legal entities that the sign-in sees Daybook reads and posts to. */
export function EntitiesChoice({ entities, field, onSignIn }: EntitiesChoiceProps) {
  return (
    <Answered answer={entities.offered} ways={{ sign_in_again: onSignIn }}>
      {() => (
        <>
          {field.hint ? <p>{field.hint}</p> : null}
          <EntityTable entities={entities} />
          <ErrorNote error={entities.error} retry={() => void entities.save()} />
        </>
      )}
    </Answered>
  );
}

export function UseEntities({ entities: { count, busy, save } }: { readonly entities: Entities }) {
  return (
    <Button kind="primary" isDisabled={busy || count === 0} onPress={() => void save()}>
      {t('Use {count, plural, =0 {these} one {this one} other {these #}}', { count })}
    </Button>
  );
}

function EntityTable({ entities: { offered, takes, change } }: { readonly entities: Entities }) {
  const list = offered.data ?? [];
  if (list.length === 0)
    return <p>{t('The user who signed in sees none. Sign in as a user who does, or ask for the right.')}</p>;
  return (
    <table className="entity-table">
      <thead>
        <tr>
          <th scope="col">{t('Legal entity')}</th>
          <th scope="col">{t('Country')}</th>
          <th scope="col">{t('Currency')}</th>
          <th scope="col" className="right">
            {t('Accounts mapped')}
          </th>
          <th scope="col">{t('Can be used')}</th>
        </tr>
      </thead>
      <tbody>
        {list.map((entity) => (
          <tr key={entity.id}>
            <td>
              <Check
                checked={takes(entity)}
                // One that was chosen and cannot be used any more can still be left.
                isDisabled={entity.unusable !== null && !takes(entity)}
                onChange={(chosen) => change(entity.id, chosen)}
              >
                {entity.id} · {entity.name}
              </Check>
            </td>
            <td>{entity.country}</td>
            <td>{entity.currency}</td>
            <td className="right figure">{formatCount(entity.mappedAccounts)}</td>
            <td className={entity.unusable === null ? 'quiet' : 'act'}>{entity.unusable ?? t('Yes')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
