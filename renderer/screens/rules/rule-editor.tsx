import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useAction } from '../../api/use-action.ts';
import { chordOf } from '../../app/chord.ts';
import { useCommands } from '../../app/commands.ts';
import { Page } from '../../app/page.tsx';
import { freeToLeave, useLeaveGuard } from '../../app/route.ts';
import { Button } from '../../components/button.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { Check, Choose, TextInput } from '../../components/fields.tsx';
import { t } from '../../i18n/t.ts';
import { type ActionDraft, actionDraftOf, actionOf, emptyAction } from './action-draft.ts';
import { Actions } from './actions.tsx';
import { askToLeave } from './change.ts';
import type { Takers } from './code-field.tsx';
import { changed, conditionOf, draftOf, type GroupNode, newGroup } from './condition-draft.ts';
import { Conditions } from './conditions.tsx';
import { HistoryTestView } from './history-test.tsx';
import type { HistoryTest, Ledger, RuleDocument } from './types.ts';
import { keyOf, useLedgers } from './use-ledgers.ts';

export type RuleEditorProps = {
  /** Null: an empty rule. */
  readonly start: RuleDocument | null;
  /** The stored rule that is changed; undefined for a new one. */
  readonly id: string | undefined;
  readonly ledger: Ledger | null;
  /** Made from a line: tried at once, and Enter saves it. */
  readonly drafted: boolean;
  readonly onSaved: (saved: { readonly id: string; readonly outcome: string }, rule: RuleDocument) => void;
  readonly onCancel: (dirty: boolean) => void;
  readonly onDelete?: () => void;
};

type Draft = {
  readonly name: string;
  readonly when: GroupNode;
  readonly then: ActionDraft;
  readonly autoApprove: boolean;
  readonly enabled: boolean;
};

/** One rule: name, conditions, what it does, and beside them what it would have done with history. */
export function RuleEditor({ start, id, ledger: first, drafted, onSaved, onCancel, onDelete }: RuleEditorProps) {
  const [draft, setDraft] = useState<Draft>(() => draftFrom(start));
  const latest = useRef(draft);
  const [beginning] = useState(() => JSON.stringify(documentOf(draft).rule ?? draft));
  const change = (next: (draft: Draft) => Draft) => {
    latest.current = next(latest.current);
    setDraft(latest.current);
  };
  const [asked, setAsked] = useState(false);
  const [tested, setTested] = useState<{ readonly rule: string; readonly result: HistoryTest }>();
  const takers = useRef<Takers>(new Map());
  const form = useRef<HTMLDivElement>(null);
  const { ledger, ledgers, choose } = useLedgers(first);
  const test = useAction('rules.test');
  const saving = useAction('rules.save');

  const { rule, problems, actionProblems } = documentOf(draft);
  const written = JSON.stringify(rule ?? draft);
  const nameProblem = draft.name.trim() === '' ? t('Give it a name.') : undefined;
  const nameTaken = saving.error?.path === 'name' ? saving.error.sentence : undefined;

  /** The document as it is now, with what is typed in the pickers; undefined when something is missing. */
  const read = async (): Promise<RuleDocument | undefined> => {
    setAsked(true);
    const taken = await Promise.all([...takers.current.values()].map((picker) => picker.take()));
    const { rule: complete } = documentOf(latest.current);
    if (complete && taken.every((fits) => fits)) return complete;
    requestAnimationFrame(() =>
      form.current?.querySelector<HTMLElement>('[data-invalid], [aria-invalid="true"]')?.focus(),
    );
    return undefined;
  };
  const runTest = async () => {
    const complete = await read();
    if (!complete) return;
    const result = await test.run({ rule: complete, ...(id === undefined ? {} : { id }) });
    if (result) setTested({ rule: JSON.stringify(complete), result });
  };
  const save = async () => {
    const complete = await read();
    if (!complete) return;
    const saved = await saving.run({ rule: complete, id: id ?? null });
    if (!saved) return;
    freeToLeave();
    onSaved(saved, complete);
  };
  const changedByHand = written !== beginning;
  const leave = () => onCancel(changedByHand);
  useLeaveGuard(changedByHand, askToLeave);

  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when a rule made from a line opens
  useEffect(() => {
    if (drafted) void runTest();
  }, []);
  useCommands({ 'rule.test': test.busy ? undefined : () => void runTest(), escape: leave });
  const onKeyDown = (event: KeyboardEvent) => {
    if (chordOf(event) !== 'Ctrl+Enter') return;
    event.preventDefault();
    void save();
  };

  return (
    <Page
      title={id === undefined ? t('New rule') : t('Rule')}
      tools={
        <>
          {onDelete ? (
            <Button kind="plain" onPress={onDelete}>
              {t('Delete')}
            </Button>
          ) : null}
          <Button onPress={leave}>{t('Cancel')}</Button>
          <Button
            kind="primary"
            command="edit.save"
            autoFocus={drafted}
            isDisabled={saving.busy}
            onPress={() => void save()}
          >
            {t('Save rule')}
          </Button>
        </>
      }
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: Ctrl+Enter saves from any field inside */}
      <div className="rule-page" ref={form} onKeyDown={onKeyDown}>
        <div className="rule-form">
          <ErrorNote error={nameTaken === undefined ? saving.error : undefined} retry={() => void save()} />
          <TextInput
            label={t('Name')}
            value={draft.name}
            autoFocus={!drafted && id === undefined}
            onChange={(name) => {
              if (nameTaken !== undefined) saving.clear();
              change((before) => ({ ...before, name: name.slice(0, 100) }));
            }}
            error={nameTaken ?? (asked ? nameProblem : undefined)}
          />
          <section aria-labelledby="rule-when">
            <h2 id="rule-when">{t('Which lines')}</h2>
            <Conditions
              group={draft.when}
              problems={asked ? problems : NO_PROBLEMS}
              onChange={(key, next) => change((before) => ({ ...before, when: changed(before.when, key, next) }))}
            />
          </section>
          <section aria-labelledby="rule-then">
            <div className="section-head">
              <h2 id="rule-then">{t('What happens')}</h2>
              {ledgers.length > 1 && ledger && draft.then.does !== 'exclude' ? (
                <Choose
                  label={t('Look up accounts in')}
                  hideLabel
                  value={keyOf(ledger)}
                  choices={ledgers.map((one) => ({
                    value: keyOf(one),
                    label: t('Accounts of {entity}', { entity: one.legalEntity }),
                  }))}
                  onChange={(key) => choose(ledgers.find((one) => keyOf(one) === key) ?? null)}
                />
              ) : null}
            </div>
            <Actions
              draft={draft.then}
              problems={asked ? actionProblems : NO_PROBLEMS}
              ledger={ledger}
              takers={takers.current}
              onChange={(next) => change((before) => ({ ...before, then: next(before.then) }))}
            />
          </section>
          <section className="rule-switches">
            <Check checked={draft.enabled} onChange={(enabled) => change((before) => ({ ...before, enabled }))}>
              {t('Switched on')}
            </Check>
            <Check
              checked={draft.autoApprove}
              onChange={(autoApprove) => change((before) => ({ ...before, autoApprove }))}
            >
              {t('Approves by itself')}
            </Check>
            {draft.autoApprove ? (
              <p className="tone-act small">
                {t(
                  'What this rule codes is approved without a person, and posted with the next Post. The trail names the rule as the approver.',
                )}
              </p>
            ) : null}
          </section>
          <p className="quiet small">
            {t('Saving codes open entries anew. What a person has coded, and what is posted, stays.')}
          </p>
        </div>
        <HistoryTestView
          test={test}
          result={tested?.result}
          old={tested !== undefined && tested.rule !== written}
          onRun={() => void runTest()}
        />
      </div>
    </Page>
  );
}

const NO_PROBLEMS = new Map<string, never>();

function draftFrom(start: RuleDocument | null): Draft {
  if (!start) return { name: '', when: newGroup('all'), then: emptyAction(), autoApprove: false, enabled: true };
  return {
    name: start.name,
    when: draftOf(start.when),
    then: actionDraftOf(start.then),
    autoApprove: start.autoApprove ?? false,
    enabled: start.enabled ?? true,
  };
}

function documentOf({ name, when, then, autoApprove, enabled }: Draft) {
  const { condition, problems } = conditionOf(when);
  const { action, problems: actionProblems } = actionOf(then);
  const complete = condition && action && name.trim() !== '';
  const rule: RuleDocument | undefined = complete
    ? { name: name.trim(), when: condition, then: action, autoApprove, enabled }
    : undefined;
  return { rule, problems, actionProblems };
}
