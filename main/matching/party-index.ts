import { AGREE, likeness, type Party } from './party.ts';
import type { Line } from './pool.ts';

/** Finds the lines of a party although each side spells its name in its own way. */
export type PartyIndex = (party: Party) => readonly Line[];

const PREFIX = 4;
/** A beginning that so many names share leads nowhere, unless the name has no rarer one. */
const MOST_PARTIES = 60;

/** Those of the lines, which are in the order of their days, that lie between two business days, both included. */
export function between(lines: readonly Line[], from: number, to: number): readonly Line[] {
  let [low, high] = [0, lines.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((lines[middle]?.business ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (end < lines.length && (lines[end]?.business ?? 0) <= to) end += 1;
  return lines.slice(low, end);
}

export function createPartyIndex(lines: readonly Line[]): PartyIndex {
  const byKey = new Map<string, { readonly party: Party; readonly lines: Line[] }>();
  for (const line of lines) {
    if (line.party.weight === 0) continue;
    const there = byKey.get(line.party.key);
    if (there) there.lines.push(line);
    else byKey.set(line.party.key, { party: line.party, lines: [line] });
  }
  const byPrefix = new Map<string, Set<string>>();
  for (const [key, { party }] of byKey)
    for (const word of party.words) {
      const prefix = word.slice(0, PREFIX);
      const keys = byPrefix.get(prefix) ?? new Set();
      keys.add(key);
      byPrefix.set(prefix, keys);
    }
  const found = new Map<string, readonly Line[]>();
  return (party) => {
    if (party.weight === 0) return [];
    const known = found.get(party.key);
    if (known) return known;
    const some = party.words.flatMap((word) => byPrefix.get(word.slice(0, PREFIX)) ?? []);
    const rarest = some.reduce<ReadonlySet<string> | null>((a, b) => (a === null || b.size < a.size ? b : a), null);
    const keys = new Set(rarest);
    for (const one of some) if (one.size <= MOST_PARTIES) for (const key of one) keys.add(key);
    const like: Line[] = [];
    for (const key of keys) {
      const one = byKey.get(key);
      if (one && likeness(party, one.party) >= AGREE) like.push(...one.lines);
    }
    like.sort((a, b) => a.day - b.day || a.amount - b.amount || a.id - b.id);
    found.set(party.key, like);
    return like;
  };
}
