import { Button } from '../../components/button.tsx';
import { Choose, TextInput } from '../../components/fields.tsx';
import { Icon } from '../../components/icon.tsx';
import { t } from '../../i18n/t.ts';
import {
  FIELDS,
  type FieldNode,
  type GroupNode,
  MODES,
  type Node,
  newField,
  newGroup,
  opsOf,
  type Problems,
  valuesOf,
  withField,
} from './condition-draft.ts';
import { fieldLabel, modeLabel, opLabel, problemText, valueHint } from './words.ts';

export type ConditionsProps = {
  readonly group: GroupNode;
  readonly problems: Problems;
  /** Changes the node of this key; undefined removes it. */
  readonly onChange: (key: string, change: (node: Node) => Node | undefined) => void;
  readonly depth?: number;
};

/** A rule deeper than this is better written as two. */
const DEEPEST = 3;

/** Conditions that are joined by all, any or none, each a line that reads as a sentence; groups stand indented. */
export function Conditions({ group, problems, onChange, depth = 0 }: ConditionsProps) {
  const add = (child: Node) =>
    onChange(group.key, (node) => (node.kind === 'group' ? { ...node, children: [...node.children, child] } : node));
  return (
    <fieldset className={depth === 0 ? 'conditions' : 'conditions nested'}>
      <legend className="visually-hidden">{t('Conditions')}</legend>
      <div className="condition-mode">
        <span>{depth === 0 ? t('A line is taken when') : t('when')}</span>
        <Choose
          label={t('How the conditions are joined')}
          hideLabel
          value={group.mode}
          choices={MODES.map((value) => ({ value, label: modeLabel(value) }))}
          onChange={(mode) => onChange(group.key, (node) => (node.kind === 'group' ? { ...node, mode } : node))}
        />
        {depth > 0 ? (
          <Remove what={t('Remove this group')} onPress={() => onChange(group.key, () => undefined)} />
        ) : null}
      </div>
      {group.children.map((child) =>
        child.kind === 'group' ? (
          <Conditions key={child.key} group={child} problems={problems} onChange={onChange} depth={depth + 1} />
        ) : (
          <Condition key={child.key} node={child} problems={problems} onChange={onChange} />
        ),
      )}
      {problems.get(group.key) === undefined ? null : (
        <p className="field-error tone-wrong">{problemText(problems.get(group.key))}</p>
      )}
      <div className="condition-add">
        <Button small onPress={() => add(newField())}>
          {t('Add a condition')}
        </Button>
        {depth < DEEPEST ? (
          <Button small kind="plain" onPress={() => add(newGroup(group.mode === 'any' ? 'all' : 'any'))}>
            {t('Add a group')}
          </Button>
        ) : null}
      </div>
    </fieldset>
  );
}

type ConditionProps = Pick<ConditionsProps, 'problems' | 'onChange'> & { readonly node: FieldNode };

function Condition({ node, problems, onChange }: ConditionProps) {
  const change = (part: Partial<FieldNode>) => onChange(node.key, () => ({ ...node, ...part }));
  const values = valuesOf(node.op);
  const error = problemText(problems.get(node.key));
  const type = node.field === 'date' ? 'date' : 'text';
  const hint = valueHint(node);
  return (
    <div className="condition">
      <Choose
        label={t('Field')}
        hideLabel
        value={node.field}
        choices={FIELDS.map((value) => ({ value, label: fieldLabel(value) }))}
        onChange={(field) => onChange(node.key, () => withField(node, field))}
      />
      <Choose
        label={t('Comparison')}
        hideLabel
        value={node.op}
        choices={opsOf(node.field).map((value) => ({ value, label: opLabel(value, node.field) }))}
        onChange={(op) => change({ op })}
      />
      <div className="condition-values">
        {values === 0 ? null : (
          <TextInput
            label={values === 2 ? t('From') : t('Value')}
            hideLabel
            type={type}
            value={node.value}
            onChange={(value) => change({ value })}
            error={error}
            {...(hint ? { description: hint } : {})}
          />
        )}
        {values === 2 ? (
          <TextInput label={t('To')} hideLabel type={type} value={node.upTo} onChange={(upTo) => change({ upTo })} />
        ) : null}
      </div>
      <Remove what={t('Remove this condition')} onPress={() => onChange(node.key, () => undefined)} />
    </div>
  );
}

function Remove({ what, onPress }: { readonly what: string; readonly onPress: () => void }) {
  return (
    <Button kind="plain" small aria-label={what} onPress={onPress}>
      <Icon name="close" />
    </Button>
  );
}
