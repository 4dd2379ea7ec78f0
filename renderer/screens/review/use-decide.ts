import { useMemo } from 'react';
import { call, shownError } from '../../api/client.ts';
import type { CallInput, CallOutput, QueueItem, SerialError } from '../../api/contract.ts';
import { say, tell } from '../../app/toasts.tsx';
import { choose, confirm } from '../../components/confirm.tsx';
import { isSelected, NOTHING_SELECTED, selectedCount, withoutRows } from '../../components/review-grid/grid-state.ts';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import type { Review } from './use-review.ts';

/** What stands above the grid until it is read: an error, or what an action left undone. */
export type Left = { readonly error?: SerialError; readonly sentences?: readonly string[] };

/** The rows that an action is for: the selected ones, or the one under the hand. */
export type Target = {
  readonly ids: readonly string[];
  /** Those of them that are held, with what they hold. */
  readonly items: readonly QueueItem[];
  readonly many: boolean;
};

/** Approve, exclude, undo and the like, each at once on the screen and then in the books. */
export function useDecide(review: Review, leave: (left: Left | null) => void) {
  const { tab, source, store, sent, sort } = review;
  return useMemo(() => {
    const focused = (): QueueItem | undefined => source.at(store.getState().index);

    const target = async (): Promise<Target> => {
      const { selection } = store.getState();
      const count = selectedCount(selection, source.total() ?? 0);
      if (count === 0) {
        const item = focused();
        return { ids: item ? [item.id] : [], items: item ? [item] : [], many: false };
      }
      const all =
        selection.mode === 'only'
          ? [...selection.rows.keys()]
          : (await call('queue.ids', sort ? { filter: sent, sort } : { filter: sent })).ids.filter((id) =>
              isSelected(selection, id),
            );
      const chosen = new Set(all);
      const items: QueueItem[] = [];
      for (let index = 0; index < Math.min(source.total() ?? 0, 5_000); index++) {
        const item = source.at(index);
        if (item && chosen.has(item.id)) items.push(item);
      }
      return { ids: all, items, many: true };
    };

    /** Runs a write. Nothing is swallowed: what fails stands above the grid. */
    const write = async <T>(run: () => Promise<T>): Promise<T | undefined> => {
      try {
        return await source.writing(run);
      } catch (thrown) {
        leave({ error: shownError(thrown) });
        return undefined;
      }
    };

    const revisionsOf = (items: readonly QueueItem[]) =>
      Object.fromEntries(items.map((item) => [item.id, item.revision]));

    /** The rows leave this tab at once; the books follow. */
    const leaveTab = (ids: readonly string[]) => {
      const gone = new Set(ids);
      store.setState(({ selection }) => ({
        selection: selection.mode === 'allBut' ? NOTHING_SELECTED : withoutRows(selection, gone),
      }));
      source.drop(gone);
    };

    const told = (text: string) => tell(text, { label: t('Undo'), act: () => void undo() });

    const approve = async (): Promise<void> => {
      const { ids, items, many } = await target();
      if (ids.length === 0) return;
      const [one] = items;
      if (!many && one && one.needs.length > 0) {
        store.setState({ editing: { id: one.id, field: 'account' } });
        say(one.needs[0] ?? '');
        return;
      }
      if (many) {
        const fine = await confirm({
          title: t('Approve {count, plural, one {# line} other {{shown} lines}}?', shown(ids.length)),
          body: sumsText(review, ids.length),
          action: t('Approve {count, plural, one {# line} other {{shown} lines}}', shown(ids.length)),
        });
        if (fine === null) return;
      }
      if (tab === 'review') leaveTab(many ? ids : ids.slice(0, 1));
      const done = await write(() => call('proposals.approve', { ids: [...ids], revisions: revisionsOf(items) }));
      if (!done) return;
      if (done.skipped.length > 0) leave({ sentences: done.skipped.map(({ sentence }) => sentence) });
      else leave(null);
      told(t('{count, plural, one {# line approved} other {{shown} lines approved}}', shown(done.changed.length)));
    };

    const unapprove = async () => {
      const { ids, items } = await target();
      if (ids.length === 0) return;
      if (tab === 'ready') leaveTab(ids);
      const done = await write(() => call('proposals.unapprove', { ids: [...ids], revisions: revisionsOf(items) }));
      if (done)
        told(t('{count, plural, one {# approval} other {{shown} approvals}} taken back', shown(done.changed.length)));
    };

    const exclude = async () => {
      const { ids, items } = await target();
      if (ids.length === 0) return;
      const reason = await confirm({
        title: t('Leave {count, plural, one {# line} other {{shown} lines}} out of the ledger?', shown(ids.length)),
        action: t('Exclude {count, plural, one {# line} other {{shown} lines}}', shown(ids.length)),
        reason: { label: t('Why it does not belong into the ledger'), first: lastReason },
      });
      if (reason === null) return;
      lastReason = reason;
      if (tab !== 'excluded') leaveTab(ids);
      const done = await write(() =>
        call('proposals.exclude', { ids: [...ids], revisions: revisionsOf(items), reason }),
      );
      if (done)
        told(t('{count, plural, one {# line excluded} other {{shown} lines excluded}}', shown(done.changed.length)));
    };

    const include = async () => {
      const { ids, items } = await target();
      if (ids.length === 0) return;
      if (tab === 'excluded') leaveTab(ids);
      const done = await write(() => call('proposals.include', { ids: [...ids], revisions: revisionsOf(items) }));
      if (done) told(t('{count, plural, one {# line} other {{shown} lines}} brought back', shown(done.changed.length)));
    };

    const edit = async (
      ids: readonly string[],
      items: readonly QueueItem[],
      change: CallInput<'proposals.edit'>['change'],
    ) => {
      source.patch(new Set(ids), (item) => edited(item, change));
      const done = await write(() => call('proposals.edit', { ids: [...ids], revisions: revisionsOf(items), change }));
      if (done)
        told(t('{count, plural, one {# line changed} other {{shown} lines changed}}', shown(done.changed.length)));
      return done;
    };

    const suggestion = async () => {
      const { ids, items } = await target();
      const able = items.filter((item) => item.alternative !== null).map(({ id }) => id);
      if (ids.length === 0) return;
      if (able.length === 0) {
        leave({ sentences: [t('No suggestion stands beside this coding.')] });
        return;
      }
      const done = await write(() =>
        call('proposals.takeAlternative', {
          ids: able,
          revisions: revisionsOf(items.filter(({ id }) => able.includes(id))),
        }),
      );
      if (done)
        told(
          t('{count, plural, one {# suggestion taken} other {{shown} suggestions taken}}', shown(done.changed.length)),
        );
    };

    const above = async () => {
      const from = source.at(store.getState().index - 1)?.offsets[0];
      const { ids, items } = await target();
      if (!from?.account || ids.length === 0) return;
      const { account, accountType, dimensions } = from;
      await edit(ids, items, { account, accountType, dimensions: { ...dimensions } });
    };

    const takeApart = async (item: QueueItem) => {
      const done = await write(() => call('proposals.takeApart', { id: item.id }));
      if (done) told(t('The transfer was taken apart'));
    };

    /** A posted entry leaves the ledger by a linked one or, while it is open there, by being taken back. */
    const reverse = async () => {
      const item = focused();
      if (item?.state !== 'posted') return;
      const { possible, sentence, others } = await takingBack(item);
      const linked = {
        title: t('Reverse this posted entry?'),
        body: [
          t('A linked entry takes it back. It waits under “To review” and is approved and posted like any other.'),
          ...(possible ? [takeBackText(others)] : sentence === null ? [] : [sentence]),
        ].join(' '),
        action: t('Make the reversal of 1 line'),
      };
      const chosen = possible
        ? await choose({ ...linked, other: t('Take it back in the ledger') })
        : (await confirm(linked)) === null
          ? null
          : 'action';
      if (chosen === 'other') return takeBack(item.id);
      if (chosen === null) return;
      const done = await write(() => call('proposals.reverse', { id: item.id }));
      if (done)
        told(
          t('{count, plural, one {# reversal waits} other {# reversals wait}} under “To review”', {
            count: done.ids.length,
          }),
        );
    };

    const takeBack = async (id: string) => {
      const done = await write(() => call('proposals.takeBack', { id }));
      if (!done) return;
      const sentences = [
        ...(done.outcome === 'unfinished'
          ? [t('The ledger did not say whether it was taken back. The next Post looks it up and goes on.')]
          : []),
        ...done.failures.map(({ error }) => error.sentence),
      ];
      leave(sentences.length === 0 ? null : { sentences });
      if (done.outcome === 'taken_back') tell(t('Taken back from the ledger. It waits under “To review”.'));
    };

    const step = async (name: 'proposals.undo' | 'proposals.redo') => {
      const done: CallOutput<typeof name> | undefined = await write(() => call(name, {}));
      if (!done) return;
      const [first] = done.ids;
      if (first !== undefined) store.setState({ id: first });
      if (name === 'proposals.undo')
        tell(t('Undone: {what}', { what: done.sentence }), { label: t('Do it again'), act: () => void redo() });
      else told(t('Done again: {what}', { what: done.sentence }));
    };
    const undo = () => step('proposals.undo');
    const redo = () => step('proposals.redo');

    return {
      focused,
      target,
      write,
      approve,
      unapprove,
      exclude,
      include,
      edit,
      suggestion,
      above,
      takeApart,
      reverse,
      undo,
      redo,
    };
  }, [review, tab, source, store, sent, sort, leave]);
}

export type Decide = ReturnType<typeof useDecide>;

/** The reason of the last exclusion is offered again; it is not kept beyond the window. */
let lastReason = '';

function shown(count: number): { count: number; shown: string } {
  return { count, shown: formatCount(count) };
}

type TakingBack = Pick<CallOutput<'proposals.takeBackPreview'>, 'possible' | 'sentence' | 'others'>;

/** Whether the ledger would give the entry back; when it cannot be asked, the linked entry is offered alone. */
async function takingBack(item: QueueItem): Promise<TakingBack> {
  if (item.ledgerState !== 'open') return { possible: false, sentence: null, others: 0 };
  return call('proposals.takeBackPreview', { id: item.id }).catch((thrown: unknown) => ({
    ...{ possible: false, sentence: shownError(thrown).sentence, others: 0 },
  }));
}

function takeBackText(others: number): string {
  return t(
    'The ledger has not processed it yet: Daybook can also remove its journal there{others, plural, =0 {} one { and post the other entry of it again} other { and post the {shown} other entries of it again}}.',
    { others, shown: formatCount(others) },
  );
}

function sumsText(review: Review, count: number): string {
  return t(
    '{count, plural, one {It is} other {They are}} frozen as shown, and wait under “Approved” until somebody posts them.',
    { count, tab: review.tab },
  );
}

/** A row as it will probably be, until main has answered. */
function edited(item: QueueItem, change: CallInput<'proposals.edit'>['change']): QueueItem {
  const [first, ...rest] = item.offsets;
  const coded = change.account !== undefined || change.dimensions !== undefined;
  const offsets = first
    ? [
        {
          ...first,
          account: change.account ?? first.account,
          accountType: change.accountType ?? first.accountType,
          accountName: change.account === undefined ? first.accountName : null,
          dimensions: { ...first.dimensions, ...change.dimensions },
        },
        ...rest,
      ]
    : item.offsets;
  return {
    ...item,
    offsets,
    text: change.text ?? item.text,
    note: change.note === undefined ? item.note : change.note,
    codedBy: coded ? 'person' : item.codedBy,
    reason: coded ? '' : item.reason,
  };
}
