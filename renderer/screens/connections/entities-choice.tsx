import { useState } from 'react';
import { useAction } from '../../api/use-action.ts';
import { useCall } from '../../api/use-call.ts';
import { tell } from '../../app/toasts.tsx';
import { Button } from '../../components/button.tsx';
import { confirm } from '../../components/confirm.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { Check } from '../../components/fields.tsx';
import { Answered } from '../../components/states.tsx';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import { withEntities } from './kind-form.ts';
import type { Connection, Kind, KindField, OfferedEntity } from './types.ts';

export type EntitiesChoiceProps = {
  readonly kind: Kind;
  readonly connection: Connection;
  /** The setting that holds the choice. */
  readonly field: KindField;
  readonly onSignIn: () => void;
  readonly onSaved: () => void;
};

/** Which of the legal entities that the sign-in sees Daybook reads and posts to. */
export function EntitiesChoice({ kind, connection, field, onSignIn, onSaved }: EntitiesChoiceProps) {
  const offered = useCall('ledger.offeredEntities', { connectionId: connection.id });
  const save = useAction('connections.save');
  const [changed, setChanged] = useState<ReadonlyMap<string, boolean>>(new Map());
  const takes = (entity: OfferedEntity) => changed.get(entity.id) ?? entity.chosen;
  const run = async (entities: readonly OfferedEntity[]) => {
    const left = entities.filter((entity) => !takes(entity) && entity.chosen && entity.mappedAccounts > 0);
    if (left.length > 0 && !(await agreedToLeave(left))) return;
    const ids = entities.filter(takes).map(({ id }) => id);
    if (!(await save.run(withEntities(kind, field, connection, ids)))) return;
    tell(
      t('{count, plural, one {# legal entity is} other {# legal entities are}} used through {name}.', {
        count: ids.length,
        name: connection.name,
      }),
    );
    onSaved();
  };
  return (
    <Answered answer={offered} ways={{ sign_in_again: onSignIn }}>
      {(entities) => {
        const count = entities.filter(takes).length;
        return (
          <>
            {field.hint ? <p>{field.hint}</p> : null}
            <EntityTable
              entities={entities}
              takes={takes}
              onChange={(id, chosen) => setChanged(new Map(changed).set(id, chosen))}
            />
            <ErrorNote error={save.error} retry={() => void run(entities)} />
            <div>
              <Button kind="primary" isDisabled={save.busy || count === 0} onPress={() => void run(entities)}>
                {t('Use {count, plural, =0 {these} one {this one} other {these #}}', { count })}
              </Button>
            </div>
          </>
        );
      }}
    </Answered>
  );
}

type EntityTableProps = {
  readonly entities: readonly OfferedEntity[];
  readonly takes: (entity: OfferedEntity) => boolean;
  readonly onChange: (id: string, chosen: boolean) => void;
};

function EntityTable({ entities, takes, onChange }: EntityTableProps) {
  if (entities.length === 0)
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
        {entities.map((entity) => (
          <tr key={entity.id}>
            <td>
              <Check
                checked={takes(entity)}
                // One that was chosen and cannot be used any more can still be left.
                isDisabled={entity.unusable !== null && !takes(entity)}
                onChange={(chosen) => onChange(entity.id, chosen)}
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

/** Says what leaving legal entities means to which accounts post, and asks. */
async function agreedToLeave(left: readonly OfferedEntity[]): Promise<boolean> {
  const names = left.map(({ id, name }) => `${id} · ${name}`).join(', ');
  const count = left.reduce((sum, { mappedAccounts }) => sum + mappedAccounts, 0);
  const agreed = await confirm({
    title: t('No longer use {names}?', { names }),
    body: (
      <p>
        {t(
          '{count, plural, one {One account posts there. Nothing of it can} other {# accounts post there. Nothing of them can}} be read, checked or posted until it is used again. Mappings, entries and what is posted stay as they are.',
          { count },
        )}
      </p>
    ),
    action: t('No longer use {names}', { names }),
    kind: 'danger',
  });
  return agreed !== null;
}
