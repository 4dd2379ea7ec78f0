import { counterpartyKey } from '../core/normalise.ts';

/** A party's name in words. Names that say nothing, and those that many lines share, have no words. */
export type Party = {
  readonly key: string;
  readonly words: readonly string[];
  readonly weight: number;
  /** Given as a name. Words of a text may agree with a name, but that they do not says nothing. */
  readonly named: boolean;
};

export const NOBODY: Party = { key: '', words: [], weight: 0, named: false };

const FILLERS = new Set(
  (
    'AB AG AND AS BV CO COMP COMPANY CORP CORPORATION DATA DE EN ET GMBH INC KG LIMITED LLC LLP LP LTD NV OF PERSONAL PLC ' +
    'REDACTED SA SARL SE SRL UND VAN VON'
  ).split(' '),
);

export function partyOf(name: string | null, text: string): Party {
  const key = counterpartyKey(name, text);
  const all = key.split(' ');
  const words = all.filter((word) => word.length > 1 && !FILLERS.has(word) && /\p{L}/u.test(word));
  if (words.length === 0) return NOBODY;
  return { key: words.join(' '), words, weight: weightOf(words), named: name !== null };
}

function weightOf(words: readonly string[]): number {
  let weight = 0;
  for (const word of words) weight += word.length;
  return weight;
}

/** From here on two names are one party. */
export const AGREE = 0.6;
/** Below, they are two parties. */
export const DIFFER = 0.3;

/**
 * 0 to 1: how much of two names is the same. Banks cut names, so the beginning of a name counts nearly like the whole,
 * and the beginning of a word like the word.
 */
export function likeness(a: Party, b: Party): number {
  if (a.weight === 0 || b.weight === 0) return 0;
  if (a.key === b.key) return 1;
  const [short, long] = a.key.length < b.key.length ? [a, b] : [b, a];
  if (short.key.length >= 6 && long.key.startsWith(short.key)) return 0.95;
  let shared = 0;
  for (const word of short.words) {
    let best = 0;
    for (const other of long.words) {
      const length = Math.min(word.length, other.length);
      const same = word === other || (length >= 4 && (word.startsWith(other) || other.startsWith(word)));
      if (same && length > best) best = length;
    }
    shared += best;
  }
  const whole = (2 * shared) / (a.weight + b.weight);
  // One name inside the other, such as a name among the words of a text.
  const inside = shared >= 6 ? (0.8 * shared) / Math.min(a.weight, b.weight) : 0;
  return Math.max(whole, inside);
}
