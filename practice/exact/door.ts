/** The site's people as an HTTP door, for use by hand: `POST /practice/process` and the like. Not part of Exact. */
import { z } from 'zod';
import { parseAmount } from '../../main/core/money.ts';
import type { PracticeExactControl } from './index.ts';

const entry = z.object({ division: z.number(), entryId: z.guid() });
const line = entry.extend({ lineId: z.guid() });
const coded = z.object({ division: z.number(), code: z.string(), blocked: z.boolean().optional() });
const posting = z.object({
  division: z.number(),
  journal: z.string(),
  date: z.iso.date(),
  currency: z.string(),
  lines: z.array(z.object({ amount: z.string(), text: z.string(), glAccount: z.string() })).min(1),
});

const ACTIONS: Readonly<Record<string, (control: PracticeExactControl, body: unknown) => unknown>> = {
  'delete-entry': (control, body) => control.deleteEntry(entry.parse(body)),
  'edit-line': (control, body) => {
    const text = z.string().nullable().optional();
    const changes = z.object({
      glAccount: z.string().optional(),
      account: text,
      costCenter: text,
      costUnit: text,
      description: text,
      notes: text,
      minor: z.coerce.bigint().optional(),
    });
    const { glAccount, minor, ...texts } = changes.parse(body);
    return control.editLine(line.parse(body), {
      ...Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== undefined)),
      ...(glAccount === undefined ? {} : { glAccount }),
      ...(minor === undefined ? {} : { minor }),
    });
  },
  'post-by-hand': (control, body) => control.postByHand(journalPosting(body)),
  'bank-link-imports': (control, body) => control.bankLinkImports(journalPosting(body)),
  'match-split': (control, body) => {
    const parts = z.array(z.object({ minor: z.coerce.bigint(), ourRef: z.int() })).min(2);
    return control.matchSplit(line.parse(body), z.object({ parts }).parse(body).parts);
  },
  process: (control, body) => {
    const { division, until } = z.object({ division: z.number(), until: z.iso.date().optional() }).parse(body);
    return { processed: control.process(division, until) };
  },
  'close-period': (control, body) => {
    const journalPeriod = z.object({
      division: z.number(),
      journal: z.string(),
      year: z.int(),
      period: z.int(),
      closed: z.boolean().optional(),
    });
    const { division, journal, year, period, closed } = journalPeriod.parse(body);
    return control.closePeriod(division, journal, year, period, closed);
  },
  'block-gl-account': (control, body) => {
    const { division, code, blocked } = coded.parse(body);
    return control.blockGlAccount(division, code, blocked);
  },
  'block-relation': (control, body) => {
    const { division, code, blocked } = coded.parse(body);
    return control.blockRelation(division, code, blocked);
  },
  'block-journal': (control, body) => {
    const { division, code, blocked } = coded.parse(body);
    return control.blockJournal(division, code, blocked);
  },
  'move-division': (control, body) => control.moveDivision(z.object({ division: z.number() }).parse(body).division),
  'revoke-division': (control, body) => {
    const { division, revoked } = z.object({ division: z.number(), revoked: z.boolean().optional() }).parse(body);
    return control.revokeDivision(division, revoked);
  },
  'second-computer': (control, body) => {
    const { user, takenOver } = z
      .object({ user: z.string().optional(), takenOver: z.boolean().optional() })
      .parse(body);
    return control.secondComputer({
      ...(user === undefined ? {} : { user }),
      ...(takenOver === undefined ? {} : { takenOver }),
    });
  },
  disconnect: (control, body) => control.disconnect(z.object({ user: z.string().optional() }).parse(body).user),
  'deliver-notices': async (control) => ({ delivered: await control.deliverNotices() }),
};

/** Answers `/practice/…`: GET `books`, POST the actions. Undefined for other paths and other servers' doors. */
export async function answerDoor(
  request: Request,
  url: URL,
  control: PracticeExactControl,
): Promise<Response | undefined> {
  const name = /^\/practice\/([\w-]+)$/.exec(url.pathname)?.[1];
  if (name === undefined) return undefined;
  if (name === 'books' && request.method === 'GET') return answer(control.books());
  const action = ACTIONS[name];
  if (action === undefined || request.method !== 'POST') return undefined;
  try {
    const text = await request.text();
    const body: unknown = text.trim() === '' ? {} : JSON.parse(text);
    return answer((await action(control, body)) ?? {});
  } catch (thrown) {
    if (thrown instanceof z.ZodError) return Response.json({ error: z.prettifyError(thrown) }, { status: 400 });
    if (thrown instanceof RangeError || thrown instanceof SyntaxError)
      return Response.json({ error: thrown.message }, { status: 400 });
    throw thrown;
  }
}

function journalPosting(body: unknown) {
  const { currency, lines, ...rest } = posting.parse(body);
  return {
    ...rest,
    lines: lines.map(({ amount, ...line }) => {
      const parsed = parseAmount(amount, currency);
      if (!parsed.ok) throw new RangeError(`${amount} ${currency} is not an amount`);
      return { ...line, amount: parsed.money };
    }),
  };
}

/** Whole minor units are too large for JSON numbers: they are written as texts. */
function answer(value: unknown): Response {
  const body = JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? item.toString() : item));
  return new Response(body, { headers: { 'content-type': 'application/json' } });
}
