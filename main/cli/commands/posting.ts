import type { Command } from 'commander';
import type { CallOutput } from '../../api/contract.ts';
import { callsLeftLines } from '../calls-left.ts';
import { amountText, counted, exitFor, troubleText } from '../format.ts';
import { type CommandResult, done, EXIT, table } from '../io.ts';
import type { Cli } from '../program.ts';

type PostOptions = {
  readonly entity?: string;
  readonly id?: string[];
  readonly preview?: boolean;
  readonly follow: boolean;
};

export function registerPosting(program: Command, cli: Cli): void {
  const post = program
    .command('post')
    .option('--entity <id>', 'only this legal entity')
    .option('--id <id...>', 'only these of the approved entries')
    .option('--preview', 'show the journals that it would make, and send nothing')
    .option('--no-follow', 'do not ask afterwards what the ledger made of the entries')
    .description('post what is approved, each entry exactly once, then follow it in the ledger');
  cli.inWorkspace<PostOptions>(post, async ({ api }, { entity, id, preview, follow }) => {
    const only = entity === undefined ? {} : { legalEntity: entity };
    if (preview) return previewResult(await api.run('post.preview', only));
    const posted = await api.run('post.run', { ...only, ...(id === undefined ? {} : { ids: id }) });
    const followed = follow ? await api.run('post.follow', {}) : null;
    return postResult(posted, followed, await callsLeftLines(api));
  });

  const follow = program.command('follow').description('ask the ledger what became of the posted entries');
  cli.inWorkspace(follow, async ({ api }) => {
    const followed = await api.run('post.follow', {});
    const exit = followed.gone + followed.different > 0 ? EXIT.needsPerson : EXIT.done;
    return done(followed, [followSentence(followed), ...(await callsLeftLines(api))], exit);
  });

  const journals = program
    .command('journals')
    .option('--search <text>', 'journal number or reference')
    .option('--entity <id>', 'only this legal entity')
    .description('journals with their numbers in the ledger and how far they are');
  cli.inWorkspace<{ search?: string; entity?: string }>(journals, async ({ api }, { search, entity }) => {
    const list = await api.run('activity.journals', {
      ...(search === undefined ? {} : { search }),
      ...(entity === undefined ? {} : { legalEntity: entity }),
    });
    const rows = list.journals.map((journal) => [
      journal.intendedAt.slice(0, 16).replace('T', ' '),
      journal.legalEntity,
      journal.journalName,
      journal.numberInLedger ?? journal.journalNumber?.slice(0, 8) ?? '',
      String(journal.entries),
      journal.totals.currencies.map(({ net }) => amountText(net)).join(', '),
      journal.state,
      inLedger(journal.ledgerStates),
      journal.error?.sentence ?? '',
    ]);
    const head = ['Made', 'Ledger', 'Journal', 'Number', 'Entries', 'Net', 'State', 'In the ledger', 'What it says'];
    return done(list, rows.length === 0 ? ['No journal yet.'] : table(head, rows, [4, 5]));
  });
  registerQuestions(journals, cli);
}

function registerQuestions(journals: Command, cli: Cli): void {
  const questions = journals
    .command('questions')
    .option('--all', 'also those that were answered')
    .description('what a person must decide before Daybook posts to a journal');
  cli.inWorkspace<{ all?: boolean }>(questions, async ({ api }, { all = false }) => {
    const list = await api.run('journals.questions', all ? {} : { open: true });
    const waits = list.questions.some(({ answer }) => answer === null);
    const lines = list.questions.flatMap(questionLines);
    return done(list, lines.length === 0 ? ['No question is open.'] : lines, waits ? EXIT.needsPerson : EXIT.done);
  });

  const answer = journals
    .command('answer')
    .argument('<question>', 'its number in "journals questions"')
    .argument('<choice>', 'one of its choices')
    .requiredOption('--note <text>', 'why; stands in the trail')
    .description('answer a question about a journal; posting again then goes on');
  cli.inWorkspace<{ note: string }>(answer, async ({ api }, { note }, id = '', choice = '') => {
    const answered = await api.run('journals.answerQuestion', { id, choice, note });
    return done(answered, ['Answered. Post again to go on.']);
  });
}

function questionLines(question: CallOutput<'journals.questions'>['questions'][number]): string[] {
  const { id, legalEntity, journalName, sentence, choices, answer, size } = question;
  const amount = size === null ? '' : `  ${amountText(size)}`;
  return [
    `${id}  ${legalEntity}  ${journalName}${amount}  ${sentence}`,
    ...(answer === null
      ? choices.map(({ choice, label, consequence }) => `    ${choice}: ${label}. ${consequence}`)
      : [`    Answered ${answer.choice} by ${answer.by}: ${answer.note}`]),
  ];
}

function previewResult(preview: CallOutput<'post.preview'>): CommandResult {
  const rows = preview.journals.map((journal) => [
    journal.legalEntity,
    journal.journalName,
    journal.description,
    String(journal.entries),
    journal.totals.currencies.map(({ net }) => amountText(net)).join(', '),
  ]);
  return done(preview, [
    ...(rows.length === 0
      ? ['Nothing is approved.']
      : table(['Ledger', 'Journal', 'Description', 'Entries', 'Net'], rows, [3, 4])),
    ...(preview.unfinished === 0
      ? []
      : [`${counted(preview.unfinished, 'journal')} of an earlier run will be taken up first.`]),
  ]);
}

function postResult(
  posted: CallOutput<'post.run'>,
  followed: CallOutput<'post.follow'> | null,
  callsLeft: readonly string[],
): CommandResult {
  const lines = [
    `Posted ${counted(posted.posted, 'entry', 'entries')} in ${counted(posted.journals, 'journal')}.`,
    ...notPostedLines(posted.notPosted),
    ...posted.failures.map(({ legalEntity, error }) => troubleText(legalEntity, error)),
    ...(followed === null ? [] : [followSentence(followed)]),
    ...callsLeft,
  ];
  const exit = exitFor({
    anyDone: posted.posted + posted.refused + posted.different + posted.unknown > 0,
    failed: posted.failures.length > 0,
    waits: posted.refused + posted.different + posted.unknown + (followed?.gone ?? 0) + (followed?.different ?? 0) > 0,
  });
  const [failure] = posted.failures;
  const error = exit === EXIT.failed && failure ? { error: failure.error } : {};
  return done({ ...posted, followed, ...error }, lines, exit);
}

/** Entries with the same reason together: "42 refused: …", and the first of them. */
function notPostedLines(entries: CallOutput<'post.run'>['notPosted']): string[] {
  const groups = Map.groupBy(entries, ({ state, error }) => `${state}: ${error?.sentence ?? 'no reason was given'}`);
  return [...groups].flatMap(([reason, group]) => [
    `${group.length} ${reason}`,
    ...group.slice(0, EXAMPLES).map(({ id, date, amount, text }) => `  ${id}  ${date}  ${amountText(amount)}  ${text}`),
    ...(group.length > EXAMPLES ? [`  and ${group.length - EXAMPLES} more: daybook exceptions`] : []),
  ]);
}

const EXAMPLES = 3;

/** `9 booked, still open`: where the ledger has the confirmed entries of a journal. */
function inLedger({
  posted,
  booked,
  open,
  unseen,
}: CallOutput<'activity.journals'>['journals'][number]['ledgerStates']) {
  const parts = [
    ...(posted === 0 ? [] : [`${posted} posted`]),
    ...(booked === 0 ? [] : [`${booked} booked, still open`]),
    ...(open === 0 ? [] : [`${open} in an open journal`]),
    ...(unseen === 0 ? [] : [`${unseen} not seen yet`]),
  ];
  return parts.join(', ');
}

function followSentence(followed: CallOutput<'post.follow'>): string {
  const { inLedger, open, openBooked, gone, different, moved } = followed;
  const unposted = open - openBooked;
  const parts = [
    `${inLedger} posted there`,
    ...(openBooked === 0 ? [] : [`${openBooked} booked, still open`]),
    ...(unposted > 0 || openBooked === 0 ? [`${unposted} in open journals`] : []),
    ...(moved === 0 ? [] : [`${moved} moved to other journals`]),
    ...(gone === 0 ? [] : [`${gone} deleted there`]),
    ...(different === 0 ? [] : [`${different} changed there`]),
  ];
  return `In the ledger: ${parts.join(', ')}.`;
}
