import type { Api } from '../api/executor.ts';
import type { Notice } from './notify.ts';
import { oneAtATime } from './tray-teller.ts';

/** Tells of a run that ended since the app started, once; a run of before is old news. */
export function latestRunTeller(
  api: () => Api | null,
  tell: (notice: Notice) => void,
  complain: (thrown: unknown) => void,
): { look(): void } {
  let told: string | null | undefined;
  return oneAtATime(async () => {
    const open = api();
    if (!open) return;
    const { lastRun } = await open.run('today.get', {});
    const known = told;
    told = lastRun?.id ?? null;
    if (known === undefined || lastRun === null || known === lastRun.id) return;
    const title = lastRun.needsPerson ? 'Daybook needs you' : 'Daybook has fetched the banks';
    tell({ title, body: lastRun.story.join(' ') });
  }, complain);
}
