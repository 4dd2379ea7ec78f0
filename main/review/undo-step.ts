import { z } from 'zod';
import type { CodingContext } from '../coding/context.ts';
import { canonicalJson, type Json } from '../core/canonical.ts';
import { instantNow } from '../core/clock.ts';
import type { Proposal } from '../store/proposals.ts';
import type { Reader, Writer } from '../store/store.ts';

/**
 * One action of a person as a step that can be undone: for each proposal, the fields that it changed, before and after.
 * A bulk action is one step.
 */

const accountType = z.enum(['ledger', 'bank', 'customer', 'vendor']);
const codedBy = z.enum(['default', 'rule', 'suggestion', 'person', 'transfer', 'system', 'none']);
const dimensions = z.record(z.string(), z.string());
const amount = z.object({ minor: z.string().transform((text) => BigInt(text)), currency: z.string() });
const alternative = z.object({
  codedBy,
  accountType,
  account: z.string(),
  dimensions,
  reason: z.string(),
  confidence: z.number().nullable(),
});
const error = z.custom<NonNullable<Proposal['error']>>(
  (value) => typeof value === 'object' && value !== null && 'code' in value,
);

const patchSchema = z.object({
  accountType: accountType.exactOptional(),
  account: z.string().exactOptional(),
  dimensions: dimensions.exactOptional(),
  date: z.string().exactOptional(),
  amount: amount.exactOptional(),
  text: z.string().exactOptional(),
  state: z.enum(['needs_person', 'ready', 'approved', 'refused', 'excluded', 'superseded']).exactOptional(),
  needs: z.array(z.string()).exactOptional(),
  codedBy: codedBy.exactOptional(),
  ruleId: z.string().nullable().exactOptional(),
  reason: z.string().exactOptional(),
  confidence: z.number().nullable().exactOptional(),
  alternative: alternative.nullable().exactOptional(),
  note: z.string().nullable().exactOptional(),
  approvedAt: z.string().nullable().exactOptional(),
  approvedBy: z.string().nullable().exactOptional(),
  approvedHash: z.string().nullable().exactOptional(),
  excludedAt: z.string().nullable().exactOptional(),
  excludedBy: z.string().nullable().exactOptional(),
  excludedWhy: z.string().nullable().exactOptional(),
  error: error.nullable().exactOptional(),
  offsets: z
    .array(z.object({ accountType, account: z.string().nullable(), dimensions, amount, text: z.string() }))
    .exactOptional(),
});
export type ProposalPatch = z.output<typeof patchSchema>;

const stepSchema = z.array(z.object({ id: z.string(), before: patchSchema, after: patchSchema }));
export type UndoStep = {
  readonly id: bigint;
  readonly sentence: string;
  readonly patches: z.output<typeof stepSchema>;
};

/** The fields of a proposal that a person's action can change, as plain JSON. */
function changeable(proposal: Proposal): Record<string, Json> {
  const { alternative: other, error: failure } = proposal;
  return {
    accountType: proposal.accountType,
    account: proposal.account,
    dimensions: proposal.dimensions,
    date: proposal.date,
    amount: proposal.amount,
    text: proposal.text,
    state: proposal.state,
    needs: proposal.needs,
    codedBy: proposal.codedBy,
    ruleId: proposal.ruleId,
    reason: proposal.reason,
    confidence: proposal.confidence,
    alternative: other,
    note: proposal.note,
    approvedAt: proposal.approvedAt,
    approvedBy: proposal.approvedBy,
    approvedHash: proposal.approvedHash,
    excludedAt: proposal.excludedAt,
    excludedBy: proposal.excludedBy,
    excludedWhy: proposal.excludedWhy,
    error: failure,
    offsets: proposal.offsets,
  };
}

/** True while a proposal is as the patch would make it. */
export function isAs(proposal: Proposal, patch: ProposalPatch): boolean {
  const is = changeable(proposal);
  const wanted = changeable({ ...proposal, ...patch });
  return Object.keys(wanted).every((field) => isEqual(is[field], wanted[field]));
}

/** Untouched fields are the same object, so most comparisons end at once. */
function isEqual(a: Json | undefined, b: Json | undefined): boolean {
  return a === b || canonicalJson({ value: a }) === canonicalJson({ value: b });
}

export type Change = { readonly before: Proposal; readonly after: Proposal };

/**
 * Remembers an action for undo, in its own transaction. What this person had undone cannot be redone any more.
 */
export async function rememberStep(
  trx: Writer,
  context: CodingContext,
  actor: string,
  sentence: string,
  changes: readonly Change[],
): Promise<void> {
  await trx.deleteFrom('undo_step').where('actor', '=', actor).where('undone_at', 'is not', null).execute();
  const at = instantNow(context.clock);
  const before_json = canonicalJson(changes.map(patchOf));
  await trx.insertInto('undo_step').values({ at, actor, sentence, before_json }).execute();
}

function patchOf({ before, after }: Change): Json {
  const [was, is] = [changeable(before), changeable(after)];
  const fields = Object.keys(was).filter((field) => !isEqual(was[field], is[field]));
  const only = (all: Record<string, Json>) => Object.fromEntries(fields.map((field) => [field, all[field]]));
  return { id: before.id, before: only(was), after: only(is) };
}

/** The step that undo takes back next: this person's last that still stands. */
export async function stepToUndo(db: Reader | Writer, actor: string): Promise<UndoStep | null> {
  return readStep(
    await db
      .selectFrom('undo_step')
      .selectAll()
      .where('actor', '=', actor)
      .where('undone_at', 'is', null)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst(),
  );
}

/** The step that redo brings back next: the one that was undone last. */
export async function stepToRedo(db: Reader | Writer, actor: string): Promise<UndoStep | null> {
  return readStep(
    await db
      .selectFrom('undo_step')
      .selectAll()
      .where('actor', '=', actor)
      .where('undone_at', 'is not', null)
      .orderBy('id')
      .limit(1)
      .executeTakeFirst(),
  );
}

function readStep(row: { id: bigint; sentence: string; before_json: string } | undefined): UndoStep | null {
  if (row === undefined) return null;
  return { id: row.id, sentence: row.sentence, patches: stepSchema.parse(JSON.parse(row.before_json)) };
}
