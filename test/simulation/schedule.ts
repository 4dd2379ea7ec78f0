/** The schedule of each open window, and what holds of its runs. */
import type { Act } from './accountant.ts';
import type { Process } from './computer.ts';
import { type Broken, broken } from './judge.ts';
import type { Scene } from './scene.ts';

/** All windows of a computer look at once, as their own timers make them; each begins what it is told is due. */
export function scheduleActs({ desk, clock, tell }: Pick<Scene, 'desk' | 'clock' | 'tell'>): readonly Act[] {
  return [
    {
      name: 'the schedule',
      weight: 3,
      run: async () => {
        const first = await Promise.all(desk.processes().map(runDue));
        // A little later the others look again.
        await clock.sleep(20_000);
        const second = await Promise.all(desk.processes().map(runDue));
        tell(`    ${[...first, ...second].join(', ') || 'no window'}`);
      },
    },
  ];
}

async function runDue(process: Process): Promise<string> {
  const look = await process.ask('schedule.look', {});
  if (look === null) return 'no look';
  if (look.due === null) return 'nothing due';
  const occasion = { trigger: 'schedule' as const, reason: null, ...look.due };
  const ran = await process.ask('sync.run', {}, { actor: 'daybook', occasion });
  return `${look.due.dueAt} and ${look.due.missed} more ${ran === null ? 'not run' : 'run'}`;
}

/** A slot is run to its end once, whoever died in between, and every run that came to its end has a story. */
export async function judgeSchedule({ daybook }: Process): Promise<Broken[]> {
  const runs = await daybook.store.read.selectFrom('run').selectAll().where('state', '=', 'done').execute();
  const told = await daybook.store.read.selectFrom('run_part').select('run_id').distinct().execute();
  const withStory = new Set(told.map((row) => row.run_id));
  const slots = Map.groupBy(
    runs.filter((run) => run.due_at !== null),
    (run) => run.due_at,
  );
  const twice = [...slots].filter(([, same]) => same.length > 1);
  return [
    ...broken(
      'a slot of the schedule is run once',
      twice.map(([slot, same]) => `${slot}: ${same.map(({ id }) => id).join(' and ')}`),
    ),
    ...broken(
      'every run has its story',
      runs.filter(({ id, kind }) => kind === 'sync' && !withStory.has(id)).map(({ id }) => id),
    ),
  ];
}
