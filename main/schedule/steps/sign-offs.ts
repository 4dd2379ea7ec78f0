import { type BrokenSignOff, breakMovedSignOffs } from '../../reconcile/broken-sign-offs.ts';
import type { RunPart, RunStep } from '../run-step.ts';

/** Whether what was signed off still stands: a figure that moved beneath a sign-off breaks it. */
export const signOffsStep: RunStep = {
  name: 'sign-offs',
  run: async ({ daybook, stop }) => {
    const broken = await breakMovedSignOffs({ ...daybook.posting, log: daybook.ports.log }, stop);
    if (broken.length === 0) return [];
    const names = new Map((await daybook.feeds.listAccounts()).map(({ id, name }) => [id, name]));
    return broken.flatMap((one) => partsOf(one, names.get(one.feedAccountId) ?? 'An account'));
  },
};

/** What a person must do, and as a detail what moved: its amounts and texts go into no notification and no digest. */
export function partsOf({ id, feedAccountId, from, to, why }: BrokenSignOff, name: string): RunPart[] {
  const subject = { kind: 'account', id: feedAccountId, name } as const;
  const told = { subject, outcome: 'done' } as const;
  return [
    {
      ...told,
      sentence: `${name}: the sign-off from ${from} to ${to} broke, because figures beneath it moved. Look at them under Reconcile, then sign off again.`,
      need: `sign-off:${id}`,
    },
    ...why.map((sentence) => ({ ...told, detail: true, sentence })),
  ];
}
