import type { Random } from '../../main/core/random.ts';
import { RATES } from './recipe.ts';

/** What a bank makes of the name and the numbers of a payment. */
export function createDamage(random: Random) {
  const chance = (rate: number) => random.next() < rate;
  const among = (count: number) => Math.floor(random.next() * count);

  const digitWrong = (text: string): string => {
    const at = [...text].flatMap((letter, index) => (/\d/.test(letter) ? [index] : []));
    const place = at[among(at.length)];
    if (place === undefined) return text;
    if (chance(0.3) && place > 0)
      return `${text.slice(0, place - 1)}${text[place]}${text[place - 1]}${text.slice(place + 1)}`;
    return `${text.slice(0, place)}${(Number(text[place]) + 1 + among(8)) % 10}${text.slice(place + 1)}`;
  };

  const otherwise = (number: string): string => {
    switch (among(4)) {
      case 0:
        return `INV${number}`;
      case 1:
        return `00${number}`;
      case 2:
        return number.replace(/[^A-Za-z0-9]/g, '');
      default:
        return `INV-${number.replace(/[/_. -]/g, '.')}`;
    }
  };

  const document = (number: string): string => {
    let drawn = random.next();
    const within = (rate: number) => {
      drawn -= rate;
      return drawn < 0;
    };
    if (within(RATES.documentWhole)) return number;
    if (within(RATES.documentOtherwise)) return otherwise(number);
    if (within(RATES.documentWrong)) return digitWrong(number);
    if (within(RATES.documentCut)) return number.slice(0, Math.max(3, Math.ceil(number.length * 0.6)));
    return String(100_000 + among(9_000_000));
  };

  const respelt = (name: string): string => {
    const words = name.split(' ').filter((word) => !/^(LTD|LIMITED|INC|LLC|PLC|CO|CORP)\.?$/i.test(word));
    return words.map((word) => (word.length > 7 && chance(0.4) ? word.slice(0, 5) : word)).join(' ');
  };

  const party = (name: string): string | null => {
    let drawn = random.next();
    const within = (rate: number) => {
      drawn -= rate;
      return drawn < 0;
    };
    if (within(RATES.partyWhole)) return name;
    if (within(RATES.partyCut)) return name.slice(0, 14 + among(8));
    if (within(RATES.partyRespelt)) return respelt(name);
    if (within(RATES.partyProcessor)) return ['PAYMENT SERVICES', 'WORLDPAY', 'BACS'][among(3)] ?? null;
    return null;
  };

  return {
    /** The bank's name of the party, and its text, which is cut at 70 characters. */
    words: (supplier: string, numbers: readonly string[], reference: string) => {
      const pieces: string[] = [chance(0.5) ? 'BGC' : 'FASTER PAYMENT'];
      if (chance(RATES.trace)) pieces.push(String(10_000_000 + among(899_999_999)));
      if (reference !== '' && chance(RATES.bankReference))
        pieces.push(chance(RATES.bankReferenceDamaged) ? digitWrong(reference) : reference);
      if (chance(RATES.bankDocument)) pieces.push(...numbers.slice(0, 3).map(document));
      return { party: party(supplier), text: pieces.join(' ').slice(0, 70) };
    },
  };
}
