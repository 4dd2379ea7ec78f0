import { AGREE, likeness, type Party } from './party.ts';
import type { Line } from './pool.ts';

/** Finds the lines of a party although each side spells its name in its own way. */
export type PartyIndex = (party: Party) => readonly Line[];

const PREFIX = 4;
/** A first syllable that so many names share leads nowhere. */
const MOST_PARTIES = 400;

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
    const keys = new Set<string>();
    for (const word of party.words) {
      const some = byPrefix.get(word.slice(0, PREFIX));
      if (some && some.size <= MOST_PARTIES) for (const key of some) keys.add(key);
    }
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
