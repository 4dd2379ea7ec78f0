/** What happened since the last digest, as a text to read or to send on. It names no amount and no account. */
import { z } from 'zod';
import { addDays, type CalendarDate, instantOf, weekday } from '../core/calendar.ts';
import { today } from '../core/clock.ts';
import type { Daybook } from '../daybook.ts';
import { confirmedBetween, latestDigest } from '../store/digests.ts';
import { openCounts } from '../store/positions.ts';
import { selectRunParts, selectRuns } from '../store/runs.ts';
import type { Reader } from '../store/store.ts';
import { readWorkspace } from '../store/workspace-info.ts';
import { counted, inWords } from './counted.ts';
import type { RunPart } from './run-step.ts';
import type { Schedule } from './settings.ts';
import { dayBegins } from './slots.ts';

export type Digest = {
  readonly period: 'daily' | 'weekly';
  readonly fromAt: string;
  readonly untilAt: string;
  readonly subject: string;
  readonly body: string;
};

const DAYS = { daily: 1, weekly: 7 } as const;
const figures = z.record(z.string(), z.number());

/** True once a day, or once a week from Monday on: when the newest digest is of before. */
export async function digestIsDue(daybook: Daybook, digest: Schedule['digest']): Promise<boolean> {
  if (digest === 'off') return false;
  const { read } = daybook.store;
  const { timeZone } = await readWorkspace(read);
  const day = today(daybook.ports.clock, timeZone);
  const first = digest === 'daily' ? day : addDays(day, 1 - (weekday(day) || 7));
  const latest = await latestDigest(read);
  return latest === null || latest.until_at < dayBegins(first, timeZone);
}

/** @param now parts of the run under way, which is not stored whole yet */
export async function composeDigest(
  daybook: Daybook,
  period: Digest['period'],
  now: readonly RunPart[] = [],
): Promise<Digest> {
  const { read } = daybook.store;
  const { clock } = daybook.ports;
  const workspace = await readWorkspace(read);
  const latest = await latestDigest(read);
  const untilAt = instantOf(clock.now());
  const earliest = instantOf(clock.now() - DAYS[period] * 86_400_000);
  const fromAt = latest !== null && latest.period === period && latest.until_at > earliest ? latest.until_at : earliest;
  const day = dayInWords(today(clock, workspace.timeZone));
  const title = period === 'daily' ? day : `the week to ${day}`;
  const paragraphs = [
    await whatHappened(daybook, fromAt, untilAt),
    await whatNeedsAPerson(read, now),
    await whatWaits(read),
  ].filter((lines) => lines.length > 0);
  return {
    ...{ period, fromAt, untilAt },
    subject: `Daybook digest of ${workspace.name}, ${title}`,
    body: [`${workspace.name}, ${title}`, ...paragraphs.map((lines) => lines.join('\n'))].join('\n\n'),
  };
}

async function whatHappened({ store: { read } }: Daybook, after: string, until: string): Promise<string[]> {
  const { runs } = await selectRuns(read, { kind: 'sync', after, until }, { offset: 0, limit: 10_000 });
  const parts = [
    ...(
      await selectRunParts(
        read,
        runs.map(({ id }) => id),
      )
    ).values(),
  ].flat();
  const sum = (step: string, name: string) =>
    parts
      .filter((part) => part.step === step && (step !== 'fetch' || part.subject_kind === 'feed'))
      .reduce((total, part) => total + (figures.parse(JSON.parse(part.figures_json))[name] ?? 0), 0);
  const posted = await confirmedBetween(read, after, until);
  const made = sum('propose', 'made');
  const cutShort = runs.filter(({ state }) => state === 'failed' || state === 'interrupted').length;
  return [
    `${counted(runs.length, 'run')}, ${counted(sum('fetch', 'newLines'), 'new line')} from the banks.`,
    ...(made === 0
      ? []
      : [
          `${counted(made, 'entry', 'entries')} made: ${inWords(sum('propose', 'ready'))} ready, ${inWords(sum('propose', 'needsPerson'))} to look at.`,
        ]),
    ...(posted === 0 ? [] : [`${counted(posted, 'entry', 'entries')} posted and confirmed by the ledger.`]),
    ...(cutShort === 0 ? [] : [`${counted(cutShort, 'run')} did not come to an end.`]),
  ];
}

async function whatNeedsAPerson(read: Reader, now: readonly RunPart[]): Promise<string[]> {
  const needs = now.flatMap(({ need, sentence, subject }) =>
    need === undefined ? [] : [unnamed(sentence, subject?.kind, subject?.name)],
  );
  if (now.length === 0) {
    const { runs } = await selectRuns(read, { kind: 'sync', whole: true }, { offset: 0, limit: 1 });
    const parts = await selectRunParts(
      read,
      runs.map(({ id }) => id),
    );
    for (const { need, sentence, subject_kind, subject_name } of [...parts.values()].flat())
      if (need !== null) needs.push(unnamed(sentence, subject_kind, subject_name));
  }
  return needs.length === 0
    ? ['Nothing needs you beyond the review.']
    : ['Needs you:', ...needs.map((one) => `- ${one}`)];
}

/** The story begins what it says of an account with the account's name; a digest may be mailed and leaves it out. */
function unnamed(sentence: string, kind: string | null | undefined, name: string | null | undefined): string {
  return kind === 'account' && name && sentence.startsWith(`${name}: `)
    ? `An account: ${sentence.slice(name.length + 2)}`
    : sentence;
}

async function whatWaits(read: Reader): Promise<string[]> {
  const counts = await openCounts(read);
  const sum = (...states: string[]) =>
    counts.reduce((total, { state, count }) => total + (states.includes(state) ? count : 0), 0);
  const [review, approved, exceptions] = [
    sum('needs_person', 'ready'),
    sum('approved', 'posting'),
    sum('refused', 'unknown', 'different'),
  ];
  return [
    `To review: ${counted(review, 'entry', 'entries')}.`,
    ...(approved === 0 ? [] : [`Approved and not posted: ${counted(approved, 'entry', 'entries')}.`]),
    ...(exceptions === 0 ? [] : [`Under exceptions: ${counted(exceptions, 'entry', 'entries')}.`]),
  ];
}

/** `Friday 20 November 2026` */
function dayInWords(day: CalendarDate): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeZone: 'UTC' })
    .format(new Date(`${day}T12:00:00.000Z`))
    .replace(',', '');
}
