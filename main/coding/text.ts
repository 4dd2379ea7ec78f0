/** Longest text of an entry: what a D365 journal line and most ERPs hold. */
export const ENTRY_TEXT_LENGTH = 60;

/** Control characters, and the invisible ones that turn the direction of writing or hide in a text. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\uFFFD]/gu;

/** One line, single spaces, nothing invisible. */
export function cleanText(text: string): string {
  return text.replace(INVISIBLE, ' ').replace(/\s+/gu, ' ').trim();
}

/** The text that an entry carries into the ledger: clean, at most 60 characters, never half a character. */
export function entryText(text: string): string {
  const clean = cleanText(text);
  if (clean.length <= ENTRY_TEXT_LENGTH) return clean;
  let cut = '';
  for (const { segment } of new Intl.Segmenter('en').segment(clean)) {
    if (cut.length + segment.length > ENTRY_TEXT_LENGTH) break;
    cut += segment;
  }
  return cut.trim();
}

/** For comparing: clean, one kind of letter, no case. */
export function foldText(text: string): string {
  return cleanText(text.normalize('NFKC')).toLocaleLowerCase('en');
}

/** At most eight words, for the reason that stands beside a coding. */
export function shortReason(text: string): string {
  return cleanText(text).split(' ').slice(0, 8).join(' ');
}
