import type { Command } from 'commander';
import { accountText, amountText, counted } from '../format.ts';
import { done, EXIT, table } from '../io.ts';
import type { Cli } from '../program.ts';

export function registerStatus(program: Command, cli: Cli): void {
  const status = program.command('status').description('where everything stands: what waits, what needs a person');
  cli.inWorkspace(status, async ({ api, folder }) => {
    const about = await api.run('workspace.about', {});
    const today = await api.run('today.get', {});
    const counts = await api.run('queue.counts', {});
    const unhealthy = today.health.filter((one) => one.state !== 'healthy');
    const lines = [
      `${about.name} in ${folder}${about.practice ? ' (practice company)' : ''}, ${today.date}`,
      ...(today.entities.length === 0
        ? ['No account is mapped yet.']
        : table(
            ['Ledger', 'Bank', 'Ledger balance', 'Difference', 'To review', 'Approved', 'Posted today', 'Exceptions'],
            today.entities.flatMap((entity) =>
              entity.positions.map((position, index) => [
                index === 0 ? entity.legalEntity : '',
                amountText(position.bank),
                position.ledger ? amountText(position.ledger) : 'not reconciled',
                position.difference ? amountText(position.difference) : '',
                ...(index === 0
                  ? [entity.toReview, entity.approved, entity.postedToday, entity.exceptions].map(String)
                  : []),
              ]),
            ),
            [1, 2, 3, 4, 5, 6, 7],
          )),
      `Entries: ${
        Object.entries(counts.states)
          .map(([state, count]) => `${count} ${state.replace('_', ' ')}`)
          .join(', ') || 'none'
      }.`,
      ...(counts.rowExceptions === 0
        ? []
        : [`${counted(counts.rowExceptions, 'row')} could not be read: daybook exceptions.`]),
      ...today.unmapped.map((account) => `${accountText(account)} has lines and no mapping; nothing of it can post.`),
      ...today.gaps.map(
        (gap) => `${accountText(gap.account)} does not tie out: ${amountText(gap.size)} since ${gap.firstDate}.`,
      ),
      ...unhealthy.map((one) => `${one.title}: ${one.sentence ?? one.state}`),
      ...(today.lastRun
        ? [`Last fetched ${today.lastRun.at}: ${today.lastRun.story.join(' ')}`]
        : ['Never fetched yet.']),
    ];
    const needsPerson =
      unhealthy.some((one) => one.state === 'needs_person') ||
      counts.rowExceptions > 0 ||
      counts.tabs.exceptions > 0 ||
      today.gaps.length > 0;
    const document = { workspace: about, ...today, counts, needsPerson };
    return done(document, lines, needsPerson ? EXIT.needsPerson : EXIT.done);
  });
}
