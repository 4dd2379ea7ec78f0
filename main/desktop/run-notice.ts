import type { Api } from '../api/executor.ts';
import type { Notice } from './notify.ts';
import { oneAtATime } from './tray-teller.ts';

/** More sentences than these do not fit into a notification; the app tells all. */
const SENTENCES = 3;
/** Looked through for the newest run that a person is to hear of. */
const LATEST = 20;

/**
 * Tells a person by a notification when one is needed, and that a digest is there. Once each; what is older than the
 * app's start is old news, and a run that needs nobody says nothing.
 */
export function latestRunTeller(
  api: () => Api | null,
  tell: (notice: Notice) => void,
  complain: (thrown: unknown) => void,
): { look(): void } {
  const told = { run: undefined as string | null | undefined, digest: undefined as string | null | undefined };
  return oneAtATime(async () => {
    const open = api();
    if (!open) return;
    const { runs } = await open.run('activity.runs', { limit: LATEST });
    const run = runs.find(({ tells }) => tells) ?? null;
    const digest = await open.run('digest.latest', {});
    const known = { ...told };
    Object.assign(told, { run: run?.id ?? null, digest: digest?.id ?? null });
    if (run !== null && known.run !== undefined && known.run !== run.id) tell(await noticeOf(open, run.id));
    if (digest !== null && known.digest !== undefined && known.digest !== digest.id)
      tell({
        title: digest.subject,
        body: digest.body
          .split('\n')
          .slice(2, 2 + SENTENCES)
          .join('\n'),
      });
  }, complain);
}

async function noticeOf(api: Api, id: string): Promise<Notice> {
  const { parts } = await api.run('runs.get', { id });
  const needs = parts.flatMap(({ needsPerson, sentence }) => (needsPerson ? [sentence] : []));
  const more = needs.length - SENTENCES;
  const body = [...needs.slice(0, SENTENCES), ...(more > 0 ? [`And ${more} more.`] : [])].join('\n');
  return { title: 'Daybook needs you', body };
}
