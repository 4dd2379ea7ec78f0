import { Button } from '../../components/button.tsx';
import { useDimensions } from '../../components/dimensions.tsx';
import { Choose, TextInput } from '../../components/fields.tsx';
import { Icon } from '../../components/icon.tsx';
import { t } from '../../i18n/t.ts';
import {
  type ActionDraft,
  type ActionProblems,
  DEEDS,
  newPart,
  type PartDraft,
  type Share,
  type Target,
} from './action-draft.ts';
import { CodeField, type Takers } from './code-field.tsx';
import type { AccountType, Ledger } from './types.ts';
import { actionProblemText, deedLabel, shareLabel } from './words.ts';

export type ActionsProps = {
  readonly draft: ActionDraft;
  readonly problems: ActionProblems;
  readonly ledger: Ledger | null;
  readonly takers: Takers;
  readonly onChange: (change: (draft: ActionDraft) => ActionDraft) => void;
};

/** What the rule does with the lines that it takes. */
export function Actions({ draft, problems, ledger, takers, onChange }: ActionsProps) {
  const set = (part: Partial<ActionDraft>) => onChange((before) => ({ ...before, ...part }));
  const codes = { ledger, takers };
  return (
    <div className="actions-form">
      <Choose
        label={t('What it does')}
        hideLabel
        value={draft.does}
        choices={DEEDS.map((value) => ({ value, label: deedLabel(value) }))}
        onChange={(does) => set({ does })}
      />
      {draft.does === 'exclude' ? (
        <TextInput
          label={t('Why these lines do not belong into the ledger')}
          value={draft.why}
          onChange={(why) => set({ why })}
          error={actionProblemText(problems.get('why'))}
        />
      ) : null}
      {draft.does === 'account' ? (
        <AccountFields
          {...codes}
          name="account"
          target={draft}
          error={actionProblemText(problems.get('account'))}
          onChange={set}
        />
      ) : null}
      {draft.does === 'split' ? (
        <Parts
          {...codes}
          parts={draft.parts}
          problems={problems}
          onChange={(change) => onChange((before) => ({ ...before, parts: change(before.parts) }))}
        />
      ) : null}
      {draft.does === 'exclude' ? null : (
        <>
          <DimensionFields
            {...codes}
            name="all"
            target={draft}
            onChange={(name, value) =>
              onChange((before) => ({ ...before, dimensions: { ...before.dimensions, [name]: value } }))
            }
          />
          <TextInput
            label={t('Text of the entry')}
            value={draft.text}
            onChange={(text) => set({ text: text.slice(0, 60) })}
            description={t('Empty: the bank’s text stays.')}
            error={actionProblemText(problems.get('text'))}
          />
        </>
      )}
    </div>
  );
}

type Codes = { readonly ledger: Ledger | null; readonly takers: Takers };

type AccountFieldsProps = Codes & {
  readonly name: string;
  readonly target: Target;
  readonly error: string | undefined;
  readonly onChange: (part: Partial<Target>) => void;
};

function AccountFields({ name, target, error, onChange, ...codes }: AccountFieldsProps) {
  const kinds: ReadonlyArray<{ value: AccountType; label: string }> = [
    { value: 'ledger', label: t('Ledger account') },
    { value: 'vendor', label: t('Vendor') },
    { value: 'customer', label: t('Customer') },
    { value: 'bank', label: t('Bank account') },
  ];
  return (
    <div className="account-fields">
      <Choose
        label={t('Kind')}
        value={target.accountType}
        choices={kinds}
        onChange={(accountType) => onChange({ accountType, account: '' })}
      />
      <CodeField
        {...codes}
        name={name}
        label={t('Account')}
        kind={target.accountType}
        value={target.account}
        error={error}
        onPick={(account) => onChange({ account })}
      />
    </div>
  );
}

type DimensionFieldsProps = Codes & {
  readonly name: string;
  readonly target: Target;
  readonly onChange: (dimension: string, value: string) => void;
};

/** In the order of the account structure; a dimension that this ledger does not have stays visible. */
function DimensionFields({ name, target, onChange, ledger, takers }: DimensionFieldsProps) {
  const dimensions = useDimensions(ledger, Object.keys(target.dimensions));
  if (dimensions.length === 0) return null;
  return (
    <div className="dimension-fields">
      {dimensions.map(({ name: dimension, label, values, valueNames }) => (
        <CodeField
          key={dimension}
          name={`${name} ${dimension}`}
          label={label}
          valueName={valueNames[target.dimensions[dimension] ?? '']}
          ledger={values > 0 ? ledger : null}
          takers={takers}
          kind="dimension"
          dimension={dimension}
          value={target.dimensions[dimension] ?? ''}
          onPick={(value) => onChange(dimension, value)}
        />
      ))}
    </div>
  );
}

type PartsProps = Codes & {
  readonly parts: readonly PartDraft[];
  readonly problems: ActionProblems;
  readonly onChange: (change: (parts: readonly PartDraft[]) => readonly PartDraft[]) => void;
};

const SHARES: readonly Share[] = ['percent', 'amount', 'rest'];

/** Fixed amounts are taken first, percentages share what is left, the rest takes what remains: no cent is lost. */
function Parts({ parts, problems, onChange, ...codes }: PartsProps) {
  const setOf = (key: string) => (change: Partial<PartDraft>) =>
    onChange((before) => before.map((part) => (part.key === key ? { ...part, ...change } : part)));
  return (
    <div className="parts">
      {parts.map((part, index) => {
        const set = setOf(part.key);
        const problem = problems.get(part.key);
        return (
          <fieldset className="part" key={part.key} aria-label={t('Part {number}', { number: index + 1 })}>
            <div className="part-share">
              <Choose
                label={t('Share')}
                value={part.share}
                choices={SHARES.map((value) => ({ value, label: shareLabel(value) }))}
                onChange={(share) => set({ share })}
              />
              {part.share === 'rest' ? null : (
                <TextInput
                  label={shareLabel(part.share)}
                  value={part.value}
                  onChange={(value) => set({ value })}
                  error={problem === 'noShare' ? actionProblemText(problem) : undefined}
                />
              )}
              <Button
                kind="plain"
                small
                aria-label={t('Remove part {number}', { number: index + 1 })}
                onPress={() => onChange((before) => before.filter(({ key }) => key !== part.key))}
              >
                <Icon name="close" />
              </Button>
            </div>
            <AccountFields
              {...codes}
              name={part.key}
              target={part}
              error={problem === 'noAccount' ? actionProblemText(problem) : undefined}
              onChange={set}
            />
            <PartMore {...codes} part={part} onChange={set} />
          </fieldset>
        );
      })}
      {problems.get('parts') === undefined ? null : (
        <p className="field-error tone-wrong">{actionProblemText(problems.get('parts'))}</p>
      )}
      <div>
        <Button
          small
          onPress={() =>
            onChange((before) => [
              ...before,
              newPart(before.some(({ share }) => share === 'rest') ? 'percent' : 'rest'),
            ])
          }
        >
          {t('Add a part')}
        </Button>
      </div>
    </div>
  );
}

type PartMoreProps = Codes & { readonly part: PartDraft; readonly onChange: (change: Partial<PartDraft>) => void };

/** Text and dimensions of one part, over those of the whole rule; folded away while there are none. */
function PartMore({ part, onChange, ...codes }: PartMoreProps) {
  const used = part.text !== '' || Object.keys(part.dimensions).length > 0;
  return (
    <details open={used || undefined}>
      <summary>{t('Own text and dimensions')}</summary>
      <div className="part-more">
        <DimensionFields
          {...codes}
          name={part.key}
          target={part}
          onChange={(name, value) => onChange({ dimensions: { ...part.dimensions, [name]: value } })}
        />
        <TextInput
          label={t('Text of this part')}
          value={part.text}
          onChange={(text) => onChange({ text: text.slice(0, 60) })}
        />
      </div>
    </details>
  );
}
