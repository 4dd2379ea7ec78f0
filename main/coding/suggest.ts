import { z } from 'zod';
import type { CalendarDate } from '../core/calendar.ts';
import { canonicalJson } from '../core/canonical.ts';
import type { AccountType, Dimensions } from '../core/entry.ts';
import type { Reader, Writer } from '../store/store.ts';
import { shortReason } from './text.ts';

/**
 * Suggestions are learnt on this computer from entries that a person approved, by the counterparty's
 * key (its name, else the telling words of the text). Precision first: what was coded in several ways is not suggested at all.
 */

/** A coding of the past. `target` is null for a split, which speaks against any single account. */
export type PastCoding = {
  /** Ledger connection and legal entity: an account of one legal entity means nothing in another. */
  readonly ledger: string;
  readonly moneyIn: boolean;
  readonly counterpartyKey: string;
  readonly date: CalendarDate;
  readonly target: Target | null;
};

export type AskedLine = Omit<PastCoding, 'target' | 'date'> & {
  /** The feed named the counterparty; else its key comes from the text. */
  readonly named: boolean;
};

export type Target = { readonly accountType: AccountType; readonly account: string; readonly dimensions: Dimensions };

export type Suggestion = Target & {
  /** At most eight words. */
  readonly reason: string;
  /** 0 to 100: the chance, as the past has it, that a person would choose the same. */
  readonly confidence: number;
};

export type SuggestionModel = {
  suggest(line: AskedLine): Suggestion | null;
};

/** Only the newest codings of a key count: charts of accounts change, and habits with them. */
const NEWEST = 24;
/** Lines of one day are one decision and count once; a habit shows on several days. */
const FEWEST = 3;
const SHORTEST_KEY = 3;
const LEAST_SHARE = 0.9;
/** So many of the newest approved entries are learnt from. */
const MOST_LEARNT = 50_000;

type Count = { readonly target: Target | null; times: number; lastDay: CalendarDate | null };
type Memory = { total: number; readonly counts: Map<string, Count> };

/** Learns from codings, newest first. */
export function learn(past: Iterable<PastCoding>): SuggestionModel {
  const memories = new Map<string, Memory>();
  for (const coding of past) {
    const key = keyOf(coding);
    if (key === null) continue;
    const memory = memories.get(key) ?? { total: 0, counts: new Map() };
    memories.set(key, memory);
    if (memory.total >= NEWEST) continue;
    const target = coding.target === null ? 'split' : canonicalJson(coding.target);
    const count = memory.counts.get(target) ?? { target: coding.target, times: 0, lastDay: null };
    memory.counts.set(target, count);
    if (count.lastDay === coding.date) continue;
    count.lastDay = coding.date;
    count.times += 1;
    memory.total += 1;
  }
  return {
    suggest: (line) => {
      const key = keyOf(line);
      const memory = key === null ? undefined : memories.get(key);
      return memory === undefined ? null : judge(memory, line.named ? 'counterparty' : 'text');
    },
  };
}

function judge(memory: Memory, name: string): Suggestion | null {
  let best: Count | undefined;
  for (const count of memory.counts.values()) if (!best || count.times > best.times) best = count;
  if (!best?.target || best.times < FEWEST || best.times / memory.total < LEAST_SHARE) return null;
  const how = best.times === memory.total ? `${best.times} times, always` : `${best.times} of ${memory.total} times`;
  return {
    ...best.target,
    reason: shortReason(`same ${name}, ${how} ${best.target.account}`),
    // Laplace's rule: two of two is not yet certain.
    confidence: Math.floor((100 * (best.times + 1)) / (memory.total + 2)),
  };
}

function keyOf(line: Pick<PastCoding, 'ledger' | 'moneyIn' | 'counterpartyKey'>): string | null {
  if (line.counterpartyKey.length < SHORTEST_KEY) return null;
  return `${line.ledger}\u0000${line.moneyIn ? 'in' : 'out'}\u0000${line.counterpartyKey}`;
}

const dimensionsSchema = z.record(z.string(), z.string());
const accountTypeSchema = z.enum(['ledger', 'bank', 'customer', 'vendor']);

/**
 * What persons, rules and accepted suggestions coded, newest first. What the default coded says nothing about the line,
 * and transfers are found by their two sides.
 */
export async function loadPast(db: Reader | Writer): Promise<PastCoding[]> {
  const rows = await db
    .selectFrom('proposal')
    .innerJoin('proposal_line', 'proposal_line.proposal_id', 'proposal.id')
    .innerJoin('statement_line as line', 'line.id', 'proposal_line.line_id')
    .innerJoin('proposal_offset as offset', (join) =>
      join.onRef('offset.proposal_id', '=', 'proposal.id').on('offset.position', '=', 0n),
    )
    .select([
      'proposal.ledger_connection_id',
      'proposal.legal_entity',
      'line.amount_minor',
      'line.counterparty_key',
      'proposal.date',
      'offset.account_type',
      'offset.account',
      'offset.dimensions_json',
      ({ selectFrom }) =>
        selectFrom('proposal_offset as more')
          .select('more.position')
          .whereRef('more.proposal_id', '=', 'proposal.id')
          .where('more.position', '=', 1n)
          .as('second_offset'),
    ])
    .where('proposal.state', 'in', ['approved', 'posting', 'posted'])
    .where('proposal.kind', '=', 'entry')
    .where('proposal.coded_by', 'in', ['person', 'rule', 'suggestion'])
    .orderBy('proposal.date', 'desc')
    .orderBy('proposal.id', 'desc')
    .limit(MOST_LEARNT)
    .execute();
  return rows.map((row) => ({
    ledger: ledgerKey(row.ledger_connection_id, row.legal_entity),
    moneyIn: row.amount_minor > 0n,
    counterpartyKey: row.counterparty_key,
    date: row.date,
    target:
      row.second_offset !== null || row.account === null
        ? null
        : {
            accountType: accountTypeSchema.parse(row.account_type),
            account: row.account,
            dimensions: dimensionsSchema.parse(JSON.parse(row.dimensions_json)),
          },
  }));
}

/** One ledger as a text key. */
export function ledgerKey(connectionId: string, legalEntity: string): string {
  return `${connectionId}\u0000${legalEntity.toLowerCase()}`;
}
