import { breakMovedSignOffs } from '../../reconcile/broken-sign-offs.ts';
import type { RunStep } from '../run-step.ts';

/** Whether what was signed off still stands: a figure that moved beneath a sign-off breaks it. */
export const signOffsStep: RunStep = {
  name: 'sign-offs',
  run: async ({ daybook, stop }) => {
    const broken = await breakMovedSignOffs({ ...daybook.posting, log: daybook.ports.log }, stop);
    return broken.map(({ id, feedAccountId, from, to, why }) => ({
      subject: { kind: 'account' as const, id: feedAccountId, name: '' },
      outcome: 'done' as const,
      sentence: `The sign-off from ${from} to ${to} broke: ${why[0] ?? ''}${why.length > 1 ? ` ${why.length - 1} more figures moved.` : ''}`,
      need: `sign-off:${id}`,
    }));
  },
};
