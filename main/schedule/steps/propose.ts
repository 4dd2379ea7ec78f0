import { propose } from '../../coding/propose.ts';
import { counted, inWords } from '../counted.ts';
import type { RunStep } from '../run-step.ts';

/** Entries for lines that have none yet. */
export const proposeStep: RunStep = {
  name: 'propose',
  run: async ({ daybook, stop, progress, found }) => {
    const made = await propose(daybook.coding, {
      stop,
      onProgress: ({ done, total }) => progress(done, total, 'Proposing entries'),
    });
    found.proposals = made;
    if (made.made === 0) return [];
    const kinds = [
      `${inWords(made.ready)} ready`,
      `${inWords(made.needsPerson)} to look at`,
      ...(made.approved === 0 ? [] : [`${inWords(made.approved)} approved by rule`]),
      ...(made.excluded === 0 ? [] : [`${inWords(made.excluded)} excluded by rule`]),
    ];
    return [
      {
        subject: null,
        outcome: 'done',
        sentence: `Made ${counted(made.made, 'entry', 'entries')}: ${kinds.join(', ')}.`,
        figures: { ...made },
      },
    ];
  },
};
