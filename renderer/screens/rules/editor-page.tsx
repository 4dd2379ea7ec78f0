import { useEffect, useState } from 'react';
import { call } from '../../api/client.ts';
import type { CallOutput } from '../../api/contract.ts';
import { useAction } from '../../api/use-action.ts';
import { useCall } from '../../api/use-call.ts';
import { Page } from '../../app/page.tsx';
import { freeToLeave, go } from '../../app/route.ts';
import { tell } from '../../app/toasts.tsx';
import { Button } from '../../components/button.tsx';
import { Answered, Empty, Failed, Loading } from '../../components/states.tsx';
import { t } from '../../i18n/t.ts';
import { askToLeave, deleteRule, undoing } from './change.ts';
import { follow } from './follow.ts';
import { RuleEditor } from './rule-editor.tsx';
import type { RuleDocument } from './types.ts';

const NOTHING = {};

/** A new rule: empty, or drafted from an entry (`from`) or a bank line (`line`). */
export function NewRule({ from, line }: { readonly from: string | null; readonly line: string | null }) {
  const asked = from !== null ? { proposalId: from } : line !== null ? { lineId: line } : null;
  // Asked once, for the editor keeps what it began with: an answer of an earlier visit would be an old coding.
  const draft = useAction('rules.draft');
  const [drafted, setDrafted] = useState<CallOutput<'rules.draft'>>();
  const read = async () => {
    if (asked) setDrafted(await draft.run(asked));
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once; another line is another component
  useEffect(() => void read(), []);
  const back = () => (asked ? window.history.back() : go(['rules']));
  const editor = (start: RuleDocument | null, ledger: { connectionId: string; legalEntity: string } | null) => (
    <RuleEditor
      start={start}
      id={undefined}
      ledger={ledger}
      drafted={asked !== null}
      onSaved={({ id }, rule) => {
        tell(t('Rule “{name}” saved', { name: rule.name }), {
          label: t('Undo'),
          act: () => undoing(() => call('rules.delete', { id })),
        });
        void follow();
        back();
      }}
      onCancel={(dirty) => void leave(dirty && start === null, back)}
    />
  );
  if (!asked) return editor(null, null);
  if (drafted) return editor(drafted.rule, drafted.ledger);
  return (
    <Page title={t('New rule')}>
      {draft.error ? <Failed error={draft.error} retry={() => void read()} /> : <Loading />}
    </Page>
  );
}

export function EditRule({ id }: { readonly id: string }) {
  const answer = useCall('rules.list', NOTHING);
  const stored = answer.data?.find((rule) => rule.id === id);
  const back = () => go(['rules']);
  if (!stored)
    return (
      <Page title={t('Rule')}>
        <Answered answer={answer}>
          {() => (
            <Empty
              title={t('There is no such rule any more')}
              actions={<Button onPress={back}>{t('All rules')}</Button>}
            >
              {t('It was deleted. What it coded stays coded.')}
            </Empty>
          )}
        </Answered>
      </Page>
    );
  const before = stored.document;
  return (
    <RuleEditor
      key={id}
      start={before}
      id={id}
      ledger={null}
      drafted={false}
      onSaved={({ outcome }, rule) => {
        if (outcome !== 'unchanged') {
          tell(t('Rule “{name}” saved', { name: rule.name }), {
            label: t('Undo'),
            act: () => undoing(() => call('rules.save', { rule: before, id })),
          });
          void follow();
        }
        back();
      }}
      onCancel={(dirty) => void leave(dirty, back)}
      onDelete={() => void deleteRule(stored).then((done) => (done ? leave(false, back) : undefined))}
    />
  );
}

async function leave(dirty: boolean, back: () => void): Promise<void> {
  if (dirty && !(await askToLeave())) return;
  freeToLeave();
  back();
}
