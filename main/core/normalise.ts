/** Words that banks put around a name and that say nothing about who it is. */
const NOISE = new Set(
  (
    'ACH CARD CCD CHECKCARD CREDIT DEBIT DES DEPOSIT EFT ELECTRONIC FROM ID INDN INTERNET NULL ONLINE ORIG PAYMENT PMT ' +
    'POS PPD PURCHASE RECURRING REF SEPA THE TO TRACE TRANSACTION TRANSFER TRN TXN VISA WEB WIRE WITHDRAWAL'
  ).split(' '),
);

const LONGEST_KEY = 80;

/**
 * One spelling for one business partner: upper-case words of letters and digits, accents removed. Taken from the
 * counterparty's name where the feed knows it, else from the text without its numbers and the banks' filler words.
 * Used for rules, suggestions and search; never shown as the name.
 */
export function counterpartyKey(counterparty: string | null, text: string): string {
  const name = counterparty === null ? '' : wordsOf(counterparty).join(' ');
  if (name !== '') return name.slice(0, LONGEST_KEY);
  const words = wordsOf(text);
  const telling = words.filter((word) => !/\d/.test(word) && !NOISE.has(word));
  return (telling.length > 0 ? telling : words).join(' ').slice(0, LONGEST_KEY);
}

/** Lower-case words for a search column, each once. */
export function searchWords(...texts: ReadonlyArray<string | null>): string {
  return [...new Set(texts.flatMap((text) => wordsOf(text ?? '')))].join(' ').toLowerCase();
}

/** A text of megabytes is an attack or a mistake; its beginning names the partner as well. */
const LONGEST_READ = 500;

function wordsOf(text: string): string[] {
  const head = text.length > LONGEST_READ ? text.slice(0, LONGEST_READ) : text;
  // Plain ASCII, nearly every text, needs no decomposition.
  const plain = /^[\x20-\x7e]*$/.test(head) ? head : head.normalize('NFKD').replace(/\p{M}/gu, '');
  return (
    plain
      .toUpperCase()
      // "O'BRIEN'S" is one word, "A.B.C." three letters that belong together.
      .replace(/['’.]/g, '')
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word !== '')
  );
}
