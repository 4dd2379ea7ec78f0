import { call, shownError } from '../../api/client.ts';
import { say, tell } from '../../app/toasts.tsx';
import { confirm } from '../../components/confirm.tsx';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import { follow, useFollowing } from './follow.ts';
import type { Rule } from './types.ts';

/** Takes a change of rules back; open entries follow. A failure stands on the screen of the rules. */
export function undoing(undo: () => Promise<unknown>): void {
  void changing(undo).then((done) => (done ? say(t('Undone')) : undefined));
}

/** Runs a write to the rules, and lets open entries follow. */
export async function changing(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
  } catch (thrown) {
    useFollowing.setState({ error: shownError(thrown) });
    return false;
  }
  void follow();
  return true;
}

/** Asked before anything typed is given up. */
export async function askToLeave(): Promise<boolean> {
  return (await confirm({ title: t('Leave without saving the rule?'), action: t('Leave without saving') })) !== null;
}

export async function deleteRule(rule: Rule): Promise<boolean> {
  const { name } = rule.document;
  const fine = await confirm({
    title: t('Delete the rule “{name}”?', { name }),
    body: t(
      '{hits, plural, =0 {It has taken no line yet.} one {It has taken 1 line.} other {It has taken {shown} lines.}} What is posted stays; open entries that it coded are coded anew.',
      {
        hits: rule.hits,
        shown: formatCount(rule.hits),
      },
    ),
    action: t('Delete rule'),
    kind: 'danger',
  });
  if (fine === null) return false;
  const done = await changing(() => call('rules.delete', { id: rule.id }));
  if (done)
    tell(t('Rule “{name}” deleted', { name }), {
      label: t('Undo'),
      act: () => undoing(() => call('rules.save', { rule: rule.document, id: null })),
    });
  return done;
}
