import { newId } from '../../core/ids.ts';
import { insertDigest } from '../../store/digests.ts';
import { readSetting } from '../../store/settings.ts';
import { composeDigest, digestIsDue } from '../digest.ts';
import type { RunStep } from '../run-step.ts';
import { scheduleSetting } from '../settings.ts';

/** A digest, where one is wanted, with the first run of the schedule of a day or week. Comes last: it tells of the rest. */
export const digestStep: RunStep = {
  name: 'digest',
  run: async ({ daybook, occasion, told }) => {
    if (occasion.trigger !== 'schedule') return [];
    const { digest: wanted } = await readSetting(daybook.store.read, scheduleSetting);
    if (wanted === 'off' || !(await digestIsDue(daybook, wanted))) return [];
    const { period, fromAt, untilAt, subject, body } = await composeDigest(daybook, wanted, told());
    await daybook.store.write((trx) =>
      insertDigest(trx, {
        ...{ id: newId('digest', daybook.ports), period, subject, body },
        ...{ from_at: fromAt, until_at: untilAt, made_at: untilAt },
      }),
    );
    return [{ subject: null, outcome: 'done', detail: true, sentence: `The ${wanted} digest is ready on Today.` }];
  },
};
