/** The ERP's people as an HTTP door, for use by hand: `POST /practice/post-journals` and the like. Not part of F&O. */
import { z } from 'zod';
import { parseAmount } from '../../main/core/money.ts';
import type { ErpActors } from './actors.ts';
import type { Truth } from './truth.ts';

const journal = z.object({ company: z.string(), journal: z.string() });
const line = journal.extend({ lineNumber: z.number() });

const ACTIONS: Readonly<Record<string, (actors: ErpActors, body: unknown) => unknown>> = {
  'post-journals': (actors, body) =>
    actors.postJournals(
      z
        .object({
          company: z.string().optional(),
          journalName: z.string().optional(),
          journal: z.string().optional(),
          transferErrors: z.boolean().optional(),
        })
        .parse(body),
    ),
  'transfer-vouchers': (actors, body) => {
    const { vouchers, ...ref } = journal.extend({ vouchers: z.array(z.string()) }).parse(body);
    return { journal: actors.transferVouchers(ref, vouchers) };
  },
  'edit-line': (actors, body) => {
    const { changes, ...ref } = line.extend({ changes: z.record(z.string(), z.string()) }).parse(body);
    return actors.editLine(ref, changes);
  },
  'delete-line': (actors, body) => actors.deleteLine(line.parse(body)),
  'renumber-lines': (actors, body) => {
    const { fromLine, ...ref } = journal.extend({ fromLine: z.number() }).parse(body);
    return actors.renumberLines(ref, fromLine);
  },
  'delete-posted-lines': (actors, body) => actors.deletePostedLines(journal.parse(body)),
  'delete-journal': (actors, body) => actors.deleteJournal(journal.parse(body)),
  'lock-journal': (actors, body) => {
    const { user, ...ref } = journal.extend({ user: z.string() }).parse(body);
    return actors.lockJournal(ref, user);
  },
  'unlock-journal': (actors, body) => actors.unlockJournal(journal.parse(body)),
  'set-period': (actors, body) => {
    const shape = z.object({ company: z.string(), day: z.iso.date(), status: z.enum(['Open', 'Closed', 'OnHold']) });
    const { company, day, status } = shape.parse(body);
    return actors.setPeriod(company, day, status);
  },
  'bank-link-posts': (actors, body) => {
    const shape = z.object({
      company: z.string(),
      bankAccount: z.string(),
      date: z.iso.date(),
      amount: z.string(),
      currency: z.string(),
      text: z.string(),
      offsetMainAccount: z.string(),
    });
    const { amount, currency, ...rest } = shape.parse(body);
    const parsed = parseAmount(amount, currency);
    if (!parsed.ok) throw new RangeError(`${amount} ${currency} is not an amount`);
    return actors.bankLinkPosts({ ...rest, amount: parsed.money });
  },
};

/** Answers `/practice/…`: GET `truth`, POST the actions. Undefined for other paths and other servers' doors. */
export async function answerDoor(
  request: Request,
  url: URL,
  actors: ErpActors,
  truth: () => Truth,
): Promise<Response | undefined> {
  const name = /^\/practice\/([\w-]+)$/.exec(url.pathname)?.[1];
  if (name === undefined) return undefined;
  if (name === 'truth' && request.method === 'GET') return answer(truth());
  const action = ACTIONS[name];
  if (action === undefined || request.method !== 'POST') return undefined;
  try {
    const text = await request.text();
    const body: unknown = text.trim() === '' ? {} : JSON.parse(text);
    return answer(action(actors, body) ?? {});
  } catch (thrown) {
    if (thrown instanceof z.ZodError) return Response.json({ error: z.prettifyError(thrown) }, { status: 400 });
    if (thrown instanceof RangeError || thrown instanceof SyntaxError)
      return Response.json({ error: thrown.message }, { status: 400 });
    throw thrown;
  }
}

/** Whole minor units are too large for JSON numbers: they are written as texts. */
function answer(value: unknown): Response {
  const body = JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? item.toString() : item));
  return new Response(body, { headers: { 'content-type': 'application/json' } });
}
