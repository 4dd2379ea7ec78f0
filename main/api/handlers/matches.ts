import { z } from 'zod';
import { today } from '../../core/clock.ts';
import { DaybookError } from '../../core/errors.ts';
import { decimalText, parseAmount } from '../../core/money.ts';
import { type MatchedAccount, matchedAccounts, rulesDocument } from '../../matching/account.ts';
import { bringUpAndMatch } from '../../matching/bring-up.ts';
import { makeMatch } from '../../matching/make.ts';
import type { MatchRules } from '../../matching/rules.ts';
import { saveRules } from '../../matching/save-rules.ts';
import { testRules } from '../../matching/test-rules.ts';
import { undo } from '../../matching/undo.ts';
import { candidatesOf, type ListedLine, linesById, listMatches, openLines } from '../../store/match-list.ts';
import { usedLines } from '../../store/matches.ts';
import type { Reader } from '../../store/store.ts';
import type { matchCalls, matchRules } from '../calls/matches.ts';
import { moneyOf } from '../documents.ts';
import type { HandlersOf } from '../handler.ts';

const partsDocument = z.record(z.string(), z.int());
const correctionList = z.array(z.object({ rule: z.string(), kind: z.string(), account: z.string(), amount: z.int() }));

export const matchHandlers: HandlersOf<typeof matchCalls> = {
  'matches.run': async ({ feedAccountIds, whole }, { daybook, actor, stop, progress }) => {
    const result = await bringUpAndMatch(
      { ...daybook.coding, connectorFor: daybook.posting.connectorFor },
      {
        ...{ actor, whole, stop, ...(feedAccountIds === undefined ? {} : { feedAccountIds }) },
        progress: (done, total, account) => progress(done, total, `Reading the ledger’s lines of ${account}`),
      },
    );
    return { ...result, accounts: [...result.accounts], trouble: [...result.trouble] };
  },
  'matches.list': async ({ offset, limit, ...filter }, { daybook }) => {
    const { total, matches } = await listMatches(daybook.store.read, filter, { offset, limit });
    return {
      total,
      matches: matches.map((match) => ({
        ...{ id: match.id, feedAccountId: match.feed_account_id, batchId: match.batch_id },
        state: match.state === 'undone' ? ('undone' as const) : ('made' as const),
        ...{ pass: match.pass, sentence: match.sentence, parts: partsDocument.parse(JSON.parse(match.parts_json)) },
        lines: match.legs.map((leg) => lineDocument(leg, match.currency)),
        corrections: match.corrections.map((one) => ({
          ...{ name: one.rule, kind: one.kind, account: one.account },
          amount: moneyOf(one.amount_minor, match.currency),
        })),
        ...{ madeAt: match.made_at, madeBy: match.made_by, undoneWhy: match.undone_why },
      })),
    };
  },
  'matches.open': async ({ feedAccountId, side, until, offset, limit }, { daybook }) => {
    const account = await accountOf(daybook.store.read, feedAccountId);
    const last = until ?? today(daybook.ports.clock);
    const found = await openLines(daybook.store.read, account, side, last, { offset, limit });
    return {
      total: found.total,
      sum: moneyOf(found.sum, account.currency),
      lines: found.lines.map((line) => lineDocument(line, account.currency)),
    };
  },
  'matches.candidates': async ({ lineId }, { daybook }) => {
    const db = daybook.store.read;
    const candidates = await candidatesOf(db, Number(lineId));
    const wanted = candidates.flatMap(({ statement, ledger }) => [
      ...statement.map((id) => ({ side: 'statement' as const, lineId: id })),
      ...ledger.map((id) => ({ side: 'ledger' as const, lineId: id })),
    ]);
    const [lines, used] = [await linesById(db, wanted), await usedLines(db, wanted)];
    const [first] = candidates;
    const currency = first === undefined ? '' : (await accountOf(db, first.feed_account_id)).currency;
    return candidates.flatMap((one) => {
      const keys = [...one.statement.map((id) => `statement:${id}`), ...one.ledger.map((id) => `ledger:${id}`)];
      if (keys.some((key) => used.has(key))) return [];
      const parts = partsDocument.parse(JSON.parse(one.parts_json));
      return [
        {
          ...{ rank: Number(one.rank), pass: one.pass, sentence: one.sentence, parts },
          score: Object.values(parts).reduce((sum, part) => sum + part, 0),
          lines: keys.flatMap((key) => lines.get(key) ?? []).map((line) => lineDocument(line, currency)),
          corrections: correctionList.parse(JSON.parse(one.corrections_json)).map(({ rule, amount, ...rest }) => ({
            ...{ name: rule, ...rest, amount: moneyOf(BigInt(amount), currency) },
          })),
        },
      ];
    });
  },
  'matches.make': async ({ feedAccountId, statementLineIds, ledgerLineIds, corrections, note }, { daybook, actor }) => {
    const { currency } = await accountOf(daybook.store.read, feedAccountId);
    return makeMatch(
      daybook.coding,
      {
        ...{
          feedAccountId,
          note,
          statementLineIds: statementLineIds.map(Number),
          ledgerLineIds: ledgerLineIds.map(Number),
        },
        corrections: corrections.map(({ name, amount, ...rest }) => ({
          ...rest,
          rule: name,
          minor: minorOf(amount, currency),
        })),
      },
      actor,
    );
  },
  'matches.undo': async (wanted, { daybook, actor }) =>
    undo(
      daybook.coding,
      'batchId' in wanted
        ? { batchId: wanted.batchId }
        : { matchId: wanted.matchId, lines: wanted.lines.map(({ side, id }) => ({ side, lineId: Number(id) })) },
      actor,
      wanted.note,
    ),
  'matches.rules': async (_, { daybook }) =>
    (await matchedAccounts(daybook.store.read)).map(({ feedAccountId, name, currency, rules }) => ({
      ...{ feedAccountId, account: name, currency, rules: rulesOut(rules, currency) },
    })),
  'matches.saveRules': async ({ feedAccountId, rules }, { daybook, actor }) => {
    const { currency } = await accountOf(daybook.store.read, feedAccountId);
    await saveRules(daybook.coding, feedAccountId, rulesIn(rules, currency), actor);
    return { feedAccountId };
  },
  'matches.testRules': async ({ feedAccountId, rules }, { daybook }) => {
    const account = await accountOf(daybook.store.read, feedAccountId);
    const { examples, ...tested } = await testRules(daybook.store.read, account, rulesIn(rules, account.currency));
    const lines = await linesById(
      daybook.store.read,
      examples.flatMap(({ statement, ledger }) => [
        ...statement.map((lineId) => ({ side: 'statement' as const, lineId })),
        ...ledger.map((lineId) => ({ side: 'ledger' as const, lineId })),
      ]),
    );
    return {
      ...tested,
      examples: examples.map(({ pass, sentence, statement, ledger }) => ({
        ...{ pass, sentence },
        lines: [...statement.map((id) => `statement:${id}`), ...ledger.map((id) => `ledger:${id}`)]
          .flatMap((key) => lines.get(key) ?? [])
          .map((line) => lineDocument(line, account.currency)),
      })),
    };
  },
};

async function accountOf(db: Reader, feedAccountId: string): Promise<MatchedAccount> {
  const [account] = await matchedAccounts(db, [feedAccountId]);
  if (account === undefined) throw new DaybookError('unmapped', 'This account is not mapped to a ledger yet.');
  return account;
}

function lineDocument({ lineId, minor, ...line }: ListedLine, currency: string) {
  return { ...line, id: String(lineId), amount: moneyOf(minor, currency) };
}

function minorOf(amount: string, currency: string): bigint {
  const parsed = parseAmount(amount, currency);
  if (parsed.ok) return parsed.money.minor;
  throw new DaybookError('amount_invalid', `${amount} is no amount in ${currency}.`);
}

function rulesOut(rules: MatchRules, currency: string): z.input<typeof matchRules> {
  const text = (minor: number) => decimalText({ minor: BigInt(minor), currency });
  return {
    ...rules,
    suggestOnly: [...rules.suggestOnly],
    corrections: rules.corrections.map((one) => ({ ...one, upTo: text(one.upTo), known: one.known.map(text) })),
  };
}

/** @throws DaybookError `setup_invalid` with what is wrong */
function rulesIn(rules: z.output<typeof matchRules>, currency: string): MatchRules {
  const minor = (amount: string) => Number(minorOf(amount, currency));
  const parsed = rulesDocument.safeParse({
    ...rules,
    corrections: rules.corrections.map((one) => ({ ...one, upTo: minor(one.upTo), known: one.known.map(minor) })),
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new DaybookError(
    'setup_invalid',
    `These rules cannot be used: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}.`,
  );
}
