import type { EngineResult, FoundMatch, PassName } from '../../main/matching/line.ts';
import type { Truth } from './recipe.ts';

export type PassFigures = { readonly made: number; readonly right: number; readonly lines: number };

export type Judgement = {
  /** Automatic matches, and those that hold whole true groups and nothing else. */
  readonly made: number;
  readonly right: number;
  /** Lines of both sides that have a match, and those of them in a right automatic match. */
  readonly matchable: number;
  readonly matched: number;
  /** Statement lines that have a match, and those whose automatic match or first suggestion is right. */
  readonly asked: number;
  readonly firstRight: number;
  readonly byPass: ReadonlyMap<PassName, PassFigures>;
  readonly wrong: readonly FoundMatch[];
};

export function judge(result: EngineResult, truth: Truth): Judgement {
  const groupOf = new Map<number, number>();
  for (const [group, { statement, ledger }] of truth.entries())
    for (const id of [...statement, ...ledger]) groupOf.set(id, group);

  /** Whole true groups and nothing else. Equal lines in one match need no pairing, so several groups may be in it. */
  const isRight = ({ statement, ledger }: Pick<FoundMatch, 'statement' | 'ledger'>): boolean => {
    const mine = new Set([...statement, ...ledger]);
    for (const id of mine) {
      const group = truth[groupOf.get(id) ?? -1];
      if (group === undefined || ![...group.statement, ...group.ledger].every((other) => mine.has(other))) return false;
    }
    return true;
  };

  const byPass = new Map<PassName, { made: number; right: number; lines: number }>();
  const wrong: FoundMatch[] = [];
  const settled = new Set<number>();
  for (const match of result.matches) {
    const figures = byPass.get(match.pass) ?? { made: 0, right: 0, lines: 0 };
    byPass.set(match.pass, figures);
    figures.made += 1;
    if (!isRight(match)) {
      wrong.push(match);
      continue;
    }
    figures.right += 1;
    figures.lines += match.statement.length + match.ledger.length;
    for (const id of [...match.statement, ...match.ledger]) settled.add(id);
  }
  const first = new Map(
    result.candidates.flatMap((one) => (one.rank === 1 ? [[one.statementLine, one] as const] : [])),
  );
  let [matchable, matched, asked, firstRight] = [0, 0, 0, 0];
  for (const { statement, ledger } of truth) {
    if (statement.length === 0) continue;
    for (const id of [...statement, ...ledger]) {
      matchable += 1;
      if (settled.has(id)) matched += 1;
    }
    for (const id of statement) {
      asked += 1;
      const suggestion = first.get(id);
      if (settled.has(id) || (suggestion !== undefined && isRight(suggestion))) firstRight += 1;
    }
  }
  const right = result.matches.length - wrong.length;
  return { made: result.matches.length, right, matchable, matched, asked, firstRight, byPass, wrong };
}
