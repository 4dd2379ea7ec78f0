/** What only a person can decide about a journal: the simulated one answers, and notes what she was asked for nothing. */
import type { CallOutput } from '../../main/api/contract.ts';
import { stemIn } from '../../main/core/reference.ts';
import type { Approvals } from './approvals.ts';
import type { Causes } from './causes.ts';
import type { Process } from './computer.ts';
import type { Dice } from './dice.ts';

type Question = CallOutput<'journals.questions'>['questions'][number];

export async function answerQuestions(
  process: Process,
  dice: Dice,
  causes: Causes,
  approvals: Approvals,
): Promise<void> {
  for (const question of await openQuestions(process)) {
    const { id, kind, legalEntity, choices } = question;
    // Lines of a month that is over come late by themselves; anything else has a maker.
    if (kind === 'backdated') causes.add({ kind: 'backdated', legalEntity });
    else if (!(await hasReason(process, legalEntity, causes))) {
      if (await isPremature(process, question, causes)) continue;
      if (!(await hasForgotten(process, legalEntity, approvals))) causes.needless.push(question.sentence);
    }
    const { choice } = dice.pick(choices);
    // Her own wish: the next entry does not open where the last one closed.
    if (kind === 'break' && choice === 'bank') causes.add({ kind: 'chain_broken', legalEntity });
    await process.ask('journals.answerQuestion', { id, choice, note: 'looked at' });
  }
}

async function openQuestions(process: Process): Promise<readonly Question[]> {
  return (await process.ask('journals.questions', { open: true, limit: 100 }))?.questions ?? [];
}

/** Somebody moved money in the journal, or an entry there is another one than was approved. */
async function hasReason(process: Process, legalEntity: string, causes: Causes): Promise<boolean> {
  if (causes.journalDisturbed(legalEntity) || causes.acceptedDifference(legalEntity)) return true;
  const shown = await process.ask('queue.list', { filter: { states: ['different'] }, offset: 0, limit: 1000 });
  return shown === null || shown.items.some((row) => row.legalEntity === legalEntity);
}

/**
 * A copy may not have fetched the lines yet whose entries stand in the ledger already: a person fetches before she
 * answers, and is asked again if need be.
 */
async function isPremature(process: Process, { id }: Question, causes: Causes): Promise<boolean> {
  if (!causes.has('copied')) return false;
  const fetched = await process.ask('sync.run', {});
  const posted = await process.ask('post.run', {});
  const gotThrough =
    fetched?.feeds.every(({ error }) => error === null) === true &&
    posted?.failures.every(({ error }) => error.code === 'journal_question') === true;
  return !gotThrough || (await openQuestions(process)).every((one) => one.id !== id);
}

/**
 * An entry was approved for the journal that this copy cannot know: its life ended with the backup that came back, and the
 * bank has changed or removed the line since.
 */
async function hasForgotten(process: Process, legalEntity: string, { byReference }: Approvals): Promise<boolean> {
  const approved = [...byReference()].filter(([, entry]) => entry.legalEntity === legalEntity);
  if (approved.length === 0) return false;
  const rows = await process.daybook.store.read
    .selectFrom('proposal')
    .select('stem')
    .where('legal_entity', '=', legalEntity)
    .execute();
  const known = new Set(rows.map(({ stem }) => stem));
  return approved.some(([reference]) => !known.has(stemIn(reference)));
}
