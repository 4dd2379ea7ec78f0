import { z } from 'zod';
import { scheduleSchema } from '../../schedule/settings.ts';
import { call } from './define.ts';
import { day, id, instant, none, nothing, serialError } from './shared.ts';

const waitedFor = z.enum(['power', 'unmetered', 'network']);

/** A run with its short story. */
export const run = z.object({
  id,
  kind: z.enum(['sync', 'post', 'reconcile']),
  /** When it began. */
  at: instant,
  finishedAt: instant.nullable(),
  actor: z.string(),
  /** person, schedule, webhook */
  begunBy: z.string(),
  /** What a webhook announced. */
  reason: z.string().nullable(),
  /** All feeds, not only some. */
  whole: z.boolean(),
  /** running, done, failed, cancelled, interrupted (its process died) */
  state: z.string(),
  /** The oldest slot of the schedule that it stands for, and how many later ones it makes up for. */
  dueAt: instant.nullable(),
  missed: z.int(),
  waited: z.array(z.object({ for: waitedFor, from: instant, until: instant })),
  story: z.array(z.string()),
  needsPerson: z.boolean(),
  /** A person is to be told: something is needed that was not needed before on this day. */
  tells: z.boolean(),
});

export const runPart = z.object({
  /** Name of the step, e.g. `fetch`; a later version may know more. */
  step: z.string(),
  subject: z.object({ kind: z.string(), id, name: z.string() }).nullable(),
  /** done, waiting (tried again by itself), failed, skipped */
  outcome: z.string(),
  /** One bank's share of a sum: not in the short story. */
  detail: z.boolean(),
  sentence: z.string(),
  figures: z.record(z.string(), z.number()),
  needsPerson: z.boolean(),
  error: serialError.nullable(),
  at: instant,
});

/** What is due and waits. `until` null: it still waits for this. */
export const waiting = z.object({
  dueAt: instant,
  waited: z.array(z.object({ for: waitedFor, from: instant, until: instant.nullable() })),
});

/** Null: the host cannot know. */
const conditions = z.object({
  onBattery: z.boolean().nullable(),
  metered: z.boolean().nullable(),
  online: z.boolean().nullable(),
});

const region = z.object({ code: z.string(), name: z.string() });

export const digest = z.object({
  period: z.enum(['daily', 'weekly']),
  fromAt: instant,
  untilAt: instant,
  subject: z.string(),
  /** Plain text without amounts and account names. */
  body: z.string(),
});

export const scheduleCalls = {
  'schedule.status': call({
    about: 'When the next run is, what a due one waits for, and what this host knows of its computer.',
    input: none,
    output: z.object({
      enabled: z.boolean(),
      nextRun: instant.nullable(),
      waiting: waiting.nullable(),
      conditions,
      /** Every slot up to here was run, or was not wanted; null before a host looked for the first time. */
      coveredUntil: instant.nullable(),
    }),
  }),
  'schedule.preview': call({
    about: 'The next runs of a schedule (the stored one when none is given), with the days passed over and why.',
    input: z.strictObject({
      schedule: scheduleSchema.optional(),
      timeZone: z.string().optional(),
      count: z.int().min(1).max(20).default(5),
    }),
    output: z.object({
      timeZone: z.string(),
      runs: z.array(z.object({ at: instant, skipped: z.array(z.object({ date: day, reason: z.string() })) })),
    }),
  }),
  'schedule.countries': call({
    about: 'Countries whose public holidays are known.',
    input: none,
    output: z.array(region),
  }),
  'schedule.regions': call({
    about: 'Regions of a country that have holidays of their own.',
    input: z.strictObject({ country: z.string().regex(/^[A-Z]{2}$/) }),
    output: z.array(region),
  }),
  'schedule.look': call({
    about: 'Whether a run is due, or what it waits for; asked now and then by a host that stays open.',
    input: none,
    output: z.object({
      due: z
        .object({
          dueAt: instant,
          missed: z.int(),
          waited: z.array(z.object({ for: waitedFor, from: instant, until: instant })),
        })
        .nullable(),
      waiting: waiting.nullable(),
    }),
  }),
  'runs.get': call({
    about: 'One run with its whole story.',
    input: z.strictObject({ id }),
    output: run.extend({ parts: z.array(runPart) }),
  }),
  'runs.stop': call({
    about: 'Asks a run to stop at its next safe point, in whatever process it runs. What it fetched stays.',
    input: z.strictObject({ id }),
    output: nothing,
    changes: ['runs'],
  }),
  'digest.latest': call({
    about: 'The newest digest that the schedule made; null while there is none.',
    input: none,
    output: digest.extend({ id }).nullable(),
  }),
  'digest.preview': call({
    about: 'A digest as it would be made now. Nothing is stored.',
    input: z.strictObject({ period: z.enum(['daily', 'weekly']) }),
    output: digest,
  }),
};
