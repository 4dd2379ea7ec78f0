import { counted } from '../counted.ts';
import type { RunStep } from '../run-step.ts';

/** Whether each account's lines add up to what the bank says its balance is. */
export const tieOutStep: RunStep = {
  name: 'tie-out',
  run: async ({ daybook }) => {
    const accounts = (await daybook.feeds.listAccounts()).filter(
      ({ closedAt, opening }) => closedAt === null && opening !== null,
    );
    const gaps = await daybook.feeds.gaps();
    const even = accounts.filter(({ id }) => !gaps.some((gap) => gap.feedAccountId === id)).length;
    const figures = { accounts: accounts.length, gaps: gaps.length };
    if (gaps.length === 0)
      return even === 0
        ? []
        : [
            {
              ...{ subject: null, outcome: 'done', figures },
              sentence: `${counted(even, 'account')} ${even === 1 ? 'ties' : 'tie'} out with the bank.`,
            },
          ];
    const need = gaps
      .map(({ feedAccountId, firstDate }) => `gap:${feedAccountId}:${firstDate}`)
      .sort()
      .join(' ');
    return [
      {
        ...{ subject: null, outcome: 'done', figures, need },
        sentence: `${counted(gaps.length, 'account')} ${gaps.length === 1 ? 'does' : 'do'} not tie out with the bank.`,
      },
    ];
  },
};
