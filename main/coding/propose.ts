import { record } from '../audit/trail.ts';
import { canonicalJson, sha256 } from '../core/canonical.ts';
import { yieldToOthers } from '../core/clock.ts';
import { generationsOf, placesOf, unplacedLineIds } from '../store/line-places.ts';
import { insertProposals, type NewProposal, releaseLines, saveProposals } from '../store/proposal-writes.ts';
import { loadProposals, type Proposal } from '../store/proposals.ts';
import type { Writer } from '../store/store.ts';
import { type AmendCounts, applyAmendments } from './amend.ts';
import { type Coding, codeLine } from './code-line.ts';
import { type CodingContext, SYSTEM_ACTOR } from './context.ts';
import { blankProposal, lineStem, withCoding } from './draft.ts';
import { type CodingLine, loadLines } from './line.ts';
import type { Mapping } from './mappings.ts';
import { REVERSED_BEFORE } from './needs.ts';
import { isUntouched, maybeTransfer, planTransfers, type TransferPlans } from './plan-transfers.ts';
import { countHits } from './rules.ts';
import { type Run, startRun } from './run.ts';
import { legCoding, pairCoding, withDoubt } from './transfer-coding.ts';

export type ProposeResult = AmendCounts & {
  /** New proposals by their state. */
  readonly made: number;
  readonly ready: number;
  readonly needsPerson: number;
  readonly approved: number;
  readonly excluded: number;
};

export type ProposeOptions = {
  readonly stop?: AbortSignal;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
};

/** Lines in one transaction: short enough that other writes get their turn, long enough to be quick. */
const PAGE = 1000;
/** Lines between two turns of others, which come in the middle of a page's transaction. */
const SLICE = 200;

/**
 * Makes a proposal for every line of a mapped account that has no place yet, after it has dealt with lines that the
 * feed amended. Doing it again changes nothing.
 */
export async function propose(context: CodingContext, options: ProposeOptions = {}): Promise<ProposeResult> {
  const run = await startRun(context);
  const total = { made: 0, ready: 0, needsPerson: 0, approved: 0, excluded: 0 };
  if (run.mappings.length === 0) return { ...total, recoded: 0, superseded: 0, corrections: 0, waiting: 0 };
  await yieldToOthers();
  const amended = await applyAmendments(context, run);
  await yieldToOthers();
  const { ids, plans } = await findWork(context, run, options.stop);
  for (let start = 0; start < ids.length; start += PAGE) {
    options.stop?.throwIfAborted();
    const made = await context.store.write((trx) =>
      proposePage(context, trx, run, plans, ids.slice(start, start + PAGE)),
    );
    for (const { proposal } of made) {
      total.made += 1;
      if (proposal.state === 'ready') total.ready += 1;
      else if (proposal.state === 'needs_person') total.needsPerson += 1;
      else if (proposal.state === 'approved') total.approved += 1;
      else total.excluded += 1;
    }
    options.onProgress?.({ done: Math.min(start + PAGE, ids.length), total: ids.length });
    await yieldToOthers();
  }
  return { ...total, ...amended };
}

/**
 * Puts the line of a reversed entry back into the queue at once, instead of with the next `propose`.
 * @returns the new proposal's id; null when the line has its place elsewhere or is no line to book
 */
export async function proposeAgain(context: CodingContext, lineId: number): Promise<string | null> {
  const run = await startRun(context);
  await applyAmendments(context, run);
  const made = await context.store.write((trx) => proposePage(context, trx, run, new Map(), [lineId]));
  return made[0]?.proposal.id ?? null;
}

/** The lines without a place, and what transfers say about them. Texts are read page by page and not kept. */
async function findWork(
  context: CodingContext,
  run: Run,
  stop: AbortSignal | undefined,
): Promise<{ ids: number[]; plans: TransferPlans }> {
  const { store } = context;
  const ids: number[] = [];
  const candidates: CodingLine[] = [];
  for (const mapping of run.mappings) {
    const unplaced = await unplacedLineIds(store.read, mapping.feedAccountId, mapping.startDate);
    for (let start = 0; start < unplaced.length; start += PAGE) {
      stop?.throwIfAborted();
      for (const line of await loadLines(store.read, unplaced.slice(start, start + PAGE))) {
        if (!isProposable(line, mapping)) continue;
        ids.push(line.id);
        if (maybeTransfer(run, line)) candidates.push(line);
      }
      await yieldToOthers();
    }
  }
  return { ids, plans: await planTransfers(store, run, candidates) };
}

function isProposable(line: CodingLine, mapping: Mapping): boolean {
  if (mapping.startDate !== null && line.date < mapping.startDate) return false;
  return line.state === 'booked' || (line.state === 'pending' && mapping.pending === 'clearing');
}

/** What a page of lines leads to: read and written in one transaction, so that nothing changes in between. */
async function proposePage(
  context: CodingContext,
  trx: Writer,
  run: Run,
  plans: TransferPlans,
  ids: readonly number[],
): Promise<NewProposal[]> {
  const partners = ids.flatMap((id) => {
    const plan = plans.get(id);
    return plan?.kind === 'pair' ? [plan.out, plan.in] : [];
  });
  const all = [...new Set([...ids, ...partners])];
  const places = await placesOf(trx, all);
  const generations = await generationsOf(trx, all);
  const lines = new Map((await loadLines(trx, all)).map((line) => [line.id, line]));
  const page: Page = { run, places, generations, lines, plans, made: [], replaced: new Set(), done: new Set() };
  for (const [at, id] of ids.entries()) {
    if (at % SLICE === 0) await yieldToOthers();
    proposeLine(page, id);
  }
  await writePage(context, trx, page);
  return page.made;
}

type Page = {
  readonly run: Run;
  readonly places: Awaited<ReturnType<typeof placesOf>>;
  readonly generations: ReadonlyMap<number, number>;
  readonly lines: ReadonlyMap<number, CodingLine>;
  readonly plans: TransferPlans;
  readonly made: NewProposal[];
  /** Untouched proposals whose line found its other side. */
  readonly replaced: Set<string>;
  readonly done: Set<number>;
};

function proposeLine(page: Page, id: number): void {
  const line = page.lines.get(id);
  const mapping = line && page.run.byAccount.get(line.feedAccountId);
  if (!line || !mapping || page.done.has(id) || page.places.has(id) || !isProposable(line, mapping)) return;
  const plan = page.plans.get(id);
  if (plan?.kind === 'pair' && proposePair(page, plan)) return;
  const coding = codeLine(line, mapping, page.run.rules, page.run.model);
  add(
    page,
    line,
    mapping,
    plan?.kind === 'doubt' ? withDoubt(coding, plan, line, { mapping, book: page.run.bookOf(mapping) }) : coding,
  );
}

/** False when one of the two sides changed meanwhile or a rule excludes it: then each line goes its own way. */
function proposePair(page: Page, plan: { out: number; in: number; sameDay: boolean }): boolean {
  const { run } = page;
  const out = page.lines.get(plan.out);
  const into = page.lines.get(plan.in);
  const from = out && run.byAccount.get(out.feedAccountId);
  const to = into && run.byAccount.get(into.feedAccountId);
  if (!out || !into || !from || !to || out.amount.minor + into.amount.minor !== 0n) return false;
  if ([out, into].some((line) => line.state !== 'booked' || page.done.has(line.id))) return false;
  const held = [page.places.get(out.id), page.places.get(into.id)];
  if (held.some((place) => place && !isUntouched(place))) return false;
  if (run.rules.some((rule) => rule.action.exclude !== undefined && (rule.matches(out) || rule.matches(into))))
    return false;
  for (const place of held) if (place) page.replaced.add(place.proposalId);
  // Until the ledger has been read, nobody knows whether it takes one entry for both sides; it surely takes one for each.
  if (plan.sameDay && run.bookOf(to)?.transfersEachSide === false) {
    const generation = Math.max(page.generations.get(out.id) ?? 0, page.generations.get(into.id) ?? 0);
    const blank = blankProposal({
      id: run.newId(),
      kind: 'transfer',
      mapping: to,
      book: run.bookOf(to),
      lines: [into, out],
      stem: lineStem(run.workspaceId, 'transfer', [into, out], generation),
      generation,
    });
    page.made.push(finish(page, blank, pairCoding(into, to, from), to, [into, out]));
    page.done.add(out.id).add(into.id);
    return true;
  }
  add(page, out, from, legCoding(out, { mapping: from, book: run.bookOf(from), other: to }, into.date));
  add(page, into, to, legCoding(into, { mapping: to, book: run.bookOf(to), other: from }, out.date));
  // Each names the other, so that neither is paired a second time.
  const [second, first] = [page.made.pop(), page.made.pop()];
  if (first && second)
    page.made.push(
      { ...first, proposal: { ...first.proposal, relatedProposalId: second.proposal.id } },
      { ...second, proposal: { ...second.proposal, relatedProposalId: first.proposal.id } },
    );
  return true;
}

function add(page: Page, line: CodingLine, mapping: Mapping, coding: Coding): void {
  const { run } = page;
  const kind = line.state === 'pending' ? 'pending' : 'entry';
  const generation = page.generations.get(line.id) ?? 0;
  const stem = lineStem(run.workspaceId, kind, [line], generation);
  const blank = blankProposal({
    ...{ id: run.newId(), kind, mapping, book: run.bookOf(mapping) },
    ...{ lines: [line], stem, generation },
  });
  page.made.push(finish(page, blank, coding, mapping, [line]));
  page.done.add(line.id);
}

function finish(
  page: Page,
  blank: Proposal,
  coding: Coding,
  mapping: Mapping,
  lines: readonly CodingLine[],
): NewProposal {
  const advice = blank.generation > 0 && coding.exclude === null ? [...coding.advice, REVERSED_BEFORE] : coding.advice;
  return {
    proposal: withCoding(blank, { ...coding, advice }, page.run.bookOf(mapping), page.run.at()),
    links: lines.map((line) => ({ lineId: line.id, claim: true, lineRevision: line.revision })),
  };
}

async function writePage(context: CodingContext, trx: Writer, page: Page): Promise<void> {
  const { made, replaced } = page;
  if (made.length === 0) return;
  const at = page.run.at();
  if (replaced.size > 0) {
    const former = await loadProposals(trx, [...replaced]);
    await releaseLines(trx, [...replaced]);
    await saveProposals(
      trx,
      former.map((proposal) => ({ ...proposal, state: 'superseded', needs: [] })),
      at,
    );
  }
  // The two sides of a transfer name each other, which a row can do only once both are there.
  const related = made.filter(({ proposal }) => proposal.relatedProposalId !== null).map(({ proposal }) => proposal);
  await insertProposals(
    trx,
    made.map((item) => ({ ...item, proposal: { ...item.proposal, relatedProposalId: null } })),
    at,
  );
  if (related.length > 0) await saveProposals(trx, related, at);
  const hits = new Map<string, number>();
  for (const { proposal } of made)
    if (proposal.ruleId !== null) hits.set(proposal.ruleId, (hits.get(proposal.ruleId) ?? 0) + 1);
  await countHits(trx, at, hits);
  const states = Map.groupBy(made, ({ proposal }) => proposal.state);
  await record(trx, context.clock, {
    actor: SYSTEM_ACTOR,
    action: 'proposals.made',
    subject: 'proposals',
    data: {
      count: made.length,
      states: Object.fromEntries([...states].map(([state, list]) => [state, list.length])),
      replaced: [...replaced],
      // Of every proposal: what it stands for, its state, its content.
      digest: sha256(canonicalJson(made.map(({ proposal }) => digestOf(proposal)))),
    },
  });
  const approved = made.filter(({ proposal }) => proposal.state === 'approved');
  if (approved.length > 0)
    await record(trx, context.clock, {
      actor: SYSTEM_ACTOR,
      action: 'proposals.auto_approved',
      subject: 'proposals',
      data: {
        approvals: approved.map(({ proposal }) => ({
          id: proposal.id,
          by: proposal.approvedBy,
          hash: proposal.approvedHash,
        })),
      },
    });
}

function digestOf(proposal: Proposal) {
  return {
    id: proposal.id,
    stem: proposal.stem,
    state: proposal.state,
    amount: proposal.amount.minor,
    offsets: proposal.offsets.map((offset) => [offset.account, offset.amount.minor]),
  };
}
