import type { Command } from 'commander';
import type { CallOutput } from '../../api/contract.ts';
import { counted, troubleText } from '../format.ts';
import { done, EXIT, table } from '../io.ts';
import type { Cli } from '../program.ts';

/** `runs`: what was fetched, posted and reconciled, with each run's story. */
export function registerRuns(program: Command, cli: Cli): void {
  const runs = program.command('runs').description('runs and their stories');
  const list = runs
    .command('list', { isDefault: true })
    .option('--limit <n>', 'how many, newest first', '20')
    .description('the newest runs');
  cli.inWorkspace<{ limit: string }>(list, async ({ api }, { limit }) => {
    const found = await api.run('activity.runs', { limit: Number(limit) });
    if (found.total === 0) return done(found, ['No run yet. "daybook sync" begins one.']);
    const rows = found.runs.map((run) => [run.at, run.kind, whoText(run), stateText(run), run.id, run.story.join(' ')]);
    return done(found, table(['Began', 'What', 'By', 'State', 'Id', 'Story'], rows));
  });
  cli.inWorkspace(
    runs.command('show').argument('<id>').description('the whole story of one run'),
    async ({ api }, _, id = '') => {
      const run = await api.run('runs.get', { id });
      const lines = [
        `${run.kind} by ${whoText(run)}, began ${run.at}, ${stateText(run)}${run.finishedAt === null ? '' : ` ${run.finishedAt}`}.`,
        ...(run.reason === null ? [] : [`Because: ${run.reason}`]),
        ...(run.dueAt === null ? [] : [dueText(run, run.dueAt)]),
        ...run.waited.map((one) => `Waited for ${WAITS[one.for]} from ${one.from} to ${one.until}.`),
        ...run.parts.flatMap((part) => [
          `${part.detail ? '  ' : ''}${part.needsPerson ? 'Needs you: ' : ''}${part.sentence}`,
          ...(part.error === null || part.error.repair === 'none'
            ? []
            : [`  ${troubleText(part.step, part.error)} (repair: ${part.error.repair})`]),
        ]),
      ];
      return done(run, lines, run.needsPerson ? EXIT.needsPerson : EXIT.done);
    },
  );
  cli.inWorkspace(
    runs.command('stop').argument('<id>').description('stop a run at its next safe point, in whatever process it runs'),
    async ({ api }, _, id = '') => {
      await api.run('runs.stop', { id });
      return done({ id }, ['The run is asked to stop. What it fetched stays.']);
    },
  );

  const digest = program
    .command('digest')
    .option('--weekly', 'of a week, not of a day')
    .option('--latest', 'the newest one that the schedule made')
    .description('what happened, as a text to read or to send on; nothing is sent');
  cli.inWorkspace<{ weekly?: boolean; latest?: boolean }>(digest, async ({ api }, { weekly, latest }) => {
    const made = latest
      ? await api.run('digest.latest', {})
      : await api.run('digest.preview', { period: weekly ? 'weekly' : 'daily' });
    if (made === null) return done({ digest: null }, ['The schedule has made no digest yet.']);
    return done({ digest: made }, [made.subject, '', ...made.body.split('\n')]);
  });
}

type Run = CallOutput<'activity.runs'>['runs'][number];

const WAITS = { power: 'mains power', unmetered: 'a network that is not paid by volume', network: 'the network' };

function whoText({ begunBy, actor }: Run): string {
  return begunBy === 'person' ? actor : begunBy;
}

function stateText({ state, needsPerson }: Run): string {
  return state === 'done' && needsPerson ? 'done, needs you' : state;
}

function dueText({ missed }: Run, dueAt: string): string {
  return missed === 0 ? `Due at ${dueAt}.` : `Due at ${dueAt}; makes up for ${counted(missed, 'later run')}.`;
}
