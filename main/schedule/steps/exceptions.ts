import { counted } from '../counted.ts';
import type { RunStep } from '../run-step.ts';

/** Rows of feeds that could not become lines and wait for a person. */
export const exceptionsStep: RunStep = {
  name: 'exceptions',
  run: async ({ daybook }) => {
    const open = await daybook.feeds.exceptions({ settled: false });
    if (open.length === 0) return [];
    const waits = open.length === 1 ? 'waits' : 'wait';
    const newest = open.at(-1)?.id;
    return [
      {
        subject: null,
        outcome: 'done',
        sentence: `${counted(open.length, 'row')} could not be read and ${waits} under exceptions.`,
        figures: { rows: open.length },
        need: `exceptions:${newest}`,
      },
    ];
  },
};
