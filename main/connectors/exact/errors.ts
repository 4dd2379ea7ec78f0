import { z } from 'zod';
import { DaybookError, ERROR_NATURES, type ErrorCode, type ErrorDetails } from '../../core/errors.ts';
import { redactText } from '../../core/redact-text.ts';

const errorBody = z.looseObject({
  error: z.looseObject({ message: z.union([z.string(), z.looseObject({ value: z.string().nullish() })]).nullish() }),
});

/** Names of the parts of an entry in Dutch, English and German, as they stand after `Ongeldig:`, `Mandatory:` and the like. */
const PART = {
  journal: /dagboek|journal/i,
  period: /periode|boekjaar|period|(?:financial|fiscal) year|geschäftsjahr/i,
  currency: /valuta|currency|währung/i,
  dimension:
    /kostenplaats|kostendrager|\bbtw\b|cost ?cent(?:er|re)|cost ?unit|\bvat\b|kostenstelle|kostenträger|steuerschlüssel/i,
  ledgerAccount: /grootboek|relatie|debiteur|crediteur|account|customer|supplier|konto|debitor|kreditor/i,
} as const;

const INVALID = /(?:ongeldige?|onjuiste?|invalid|ungültig|bestaat niet|niet gevonden|does not exist|not found)/i;
const MANDATORY = /(?:verplicht|mandatory|required|pflichtfeld|ontbreekt|missing)/i;
const CLOSED = /(?:gesloten|closed|abgeschlossen|geschlossen)/i;
const BLOCKED = /(?:geblokkeerd|blocked|gesperrt)/i;

const both = (a: RegExp, b: RegExp) => (text: string) => a.test(text) && b.test(text);
const one = (a: RegExp) => (text: string) => a.test(text);

/** What Exact's validation says, in the order in which it is tried. Source: facts §2.3. */
const KNOWN: ReadonlyArray<readonly [(text: string) => boolean, ErrorCode]> = [
  [one(/closing balance|eindsaldo|endsaldo/i), 'entry_unbalanced'],
  [one(/not balanced|niet in (?:balans|evenwicht)|balanceert niet/i), 'entry_unbalanced'],
  [one(/bestaat reeds|already exists|bestaat al\b|bereits vorhanden/i), 'record_conflict'],
  [both(CLOSED, /periode|boekjaar|dagboek|period|year|journal/i), 'period_closed'],
  [both(INVALID, PART.period), 'period_closed'],
  [both(BLOCKED, PART.journal), 'journal_invalid'],
  [both(INVALID, PART.journal), 'journal_invalid'],
  [one(BLOCKED), 'account_blocked'],
  [both(MANDATORY, PART.dimension), 'dimension_missing'],
  [both(INVALID, PART.dimension), 'dimension_invalid'],
  [both(INVALID, PART.currency), 'currency_not_allowed'],
  [both(INVALID, PART.ledgerAccount), 'account_invalid'],
  [one(/te lang|too long|maximum (?:length|lengte)|maximale lengte/i), 'text_too_long'],
  [one(MANDATORY), 'entry_incomplete'],
];

/** Words of a server in trouble: they refuse nothing, and what they are about may have been stored. */
const TROUBLE =
  /time-?d? ?out|deadlock|object reference|unexpected error|onverwachte fout|internal (?:server )?error|(?:try|probeer).*(?:again|opnieuw)/i;

/** Exact's own words in an error body; null for an empty body, HTML and the like. */
export function exactText(body: string): string | null {
  const parsed = errorBody.safeParse(asJson(body));
  if (!parsed.success) return null;
  const { message } = parsed.data.error;
  return (typeof message === 'string' ? message : message?.value)?.trim() || null;
}

/** The code behind Exact's words, or undefined when they are not known: the language is the user's. */
export function codeOfText(text: string): ErrorCode | undefined {
  return KNOWN.find(([matches]) => matches(text))?.[1];
}

/** True when Exact's own validation refused: HTTP 500 with a message. It is certain then that nothing was stored. */
export function isBusinessRefusal(status: number, body: string): boolean {
  const text = exactText(body);
  return status === 500 && text !== null && !TROUBLE.test(text);
}

type Answer = { readonly status: number; readonly body: string };

/** The one mapper from an answer of the API to our errors. `details.path` may say what it is about. */
export function exactError(doing: 'read' | 'write', answer: Answer, details: ErrorDetails = {}): DaybookError {
  const text = exactText(answer.body);
  const found = codeOf(answer, text);
  // A read refuses no entry: whatever the words, the server failed, or the question was wrong for this division.
  const refuses = doing === 'read' && ERROR_NATURES[found].repair.startsWith('edit_');
  const code = refuses ? 'answer_unexpected' : found;
  return new DaybookError(code, sentenceFor(code, text), { providerCode: `HTTP ${answer.status}`, ...details });
}

function codeOf({ status, body }: Answer, text: string | null): ErrorCode {
  if (status === 429) return 'rate_limited';
  if (status === 401) return 'signed_out';
  if (status === 403) return 'not_permitted';
  if (status === 404) return 'not_found';
  if (status === 408 || status === 502 || status === 503 || status === 504) return 'provider_down';
  if (status >= 500 && !isBusinessRefusal(status, body)) return 'provider_down';
  if (status === 409 || status === 412) return 'record_conflict';
  if (text === null) return 'answer_unexpected';
  return codeOfText(text) ?? 'entry_refused';
}

const SENTENCES: Partial<Record<ErrorCode, string>> = {
  rate_limited: 'Exact Online admits no more calls just now; Daybook goes on by itself when it does.',
  provider_down: 'Exact Online cannot be reached properly just now; Daybook tries again by itself.',
  record_conflict: 'Exact Online says that this exists already; Daybook looks again before it goes on.',
  signed_out: 'Exact Online no longer accepts this sign-in; sign in again.',
  not_found: 'Exact Online does not have what was asked for, or does not show it to this user.',
};

function sentenceFor(code: ErrorCode, text: string | null): string {
  if (code === 'not_permitted') return forbidden(text ?? '');
  const fixed = SENTENCES[code];
  if (fixed !== undefined) return fixed;
  const said = text === null ? 'it gave no reason.' : quoted(text);
  return code === 'answer_unexpected'
    ? `Exact Online could not answer a question of Daybook, and support needs to look at it: ${said}`
    : `Exact Online refused it: ${said}`;
}

/** The three ways to be forbidden something. Source: facts §1.2. */
function forbidden(text: string): string {
  if (/division scope/i.test(text))
    return 'This sign-in was not given the company; add it in Exact Online under Security centre, My app permissions, Manage companies.';
  const scope = /Scope Violated.*?'([\w. -]{1,60})'/i.exec(text)?.[1];
  if (scope !== undefined)
    return `The registration of Daybook in Exact Online lacks the scope ${scope}; add it in the App Centre and sign in again.`;
  return 'The Exact Online user of this connection lacks the right for this, or the licence lacks the module; ask the administrator.';
}

/** Exact's text as one short sentence, without secrets and whole account numbers. */
function quoted(text: string): string {
  const line = redactText(text.replace(/\s+/g, ' ').trim());
  const short = line.length > 300 ? `${line.slice(0, 299)}…` : line;
  return /[.…]$/.test(short) ? short : `${short}.`;
}

function asJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (thrown) {
    // HTML of a gateway or a cut text: there are no words of Exact in it.
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}
