import { z } from 'zod';
import { DaybookError, ERROR_NATURES, type ErrorCode, type ErrorDetails } from '../../core/errors.ts';

/** One message of an Infolog, the ERP's own list of what it has to say about a request. */
export type InfologEntry = { readonly level: 'info' | 'warning' | 'error'; readonly text: string };

const errorBody = z.looseObject({
  error: z.looseObject({
    code: z.string().nullish(),
    message: z.string().nullish(),
    innererror: z.looseObject({ message: z.string().nullish() }).nullish(),
  }),
});
const plainBody = z.looseObject({ Message: z.string() });

/** The texts of the ERP that tell what happened, in the order in which they are tried. Source: facts §3.8, §4. */
const KNOWN: ReadonlyArray<readonly [RegExp, ErrorCode]> = [
  [/high resource utilization/i, 'rate_limited'],
  [/update conflict occurred|another user process|record already exists/i, 'record_conflict'],
  // The journal was deleted between two requests: the next attempt opens another.
  [/related table '[^']*journal table[^']*'/i, 'record_conflict'],
  [/in use by (?:another )?user|has (?:already )?been posted|is (?:already )?posted\b/i, 'record_conflict'],
  [/SQL database has issued an error|deadlock/i, 'provider_busy'],
  [/Resource not found for the segment/i, 'not_found'],
  [/period .*(?:is not open|is closed|on hold|is permanently closed)|period for .* is not open/i, 'period_closed'],
  [/(?:do(?:es)?n.t|do(?:es)? not) balance|not in balance|unbalanced/i, 'entry_unbalanced'],
  [
    /field '[^']*currency[^']*' is not found|currency .*(?:not allowed|not permitted|must be)|accepts transactions in [A-Z]{3}/i,
    'currency_not_allowed',
  ],
  [/related table '[^']*bank[^']*'|bank account .*(?:does not exist|not active|inactive)/i, 'bank_account_invalid'],
  [
    /field '[^']*journal name' is not found|related table '[^']*journal names?'|journal name .*does not exist/i,
    'journal_invalid',
  ],
  [/(?:account|vendor|customer).*(?:suspended|blocked|on hold|not active|manual entry)/i, 'account_blocked'],
  [
    /(?:dimension|segment).*(?:must be|required|mandatory|missing)|(?:required|missing).*dimension/i,
    'dimension_missing',
  ],
  [/dimension|segment|combination/i, 'dimension_invalid'],
  [/(?:account|vendor|customer).*(?:is not found|does not exist|not valid|invalid)/i, 'account_invalid'],
  [/text .*too long|exceeds the maximum length/i, 'text_too_long'],
  [/must be filled in/i, 'entry_incomplete'],
];

/**
 * Reads the text after `Infolog:`. Entries are separated by `; ` and begin with their level; a text may hold a semicolon
 * of its own. The text is in the language of the service user.
 */
export function parseInfolog(message: string): InfologEntry[] {
  const at = message.indexOf('Infolog:');
  if (at < 0) return [];
  return message
    .slice(at + 'Infolog:'.length)
    .split(/;\s*(?=(?:Info|Warning|Error):)/)
    .flatMap((piece): InfologEntry[] => {
      const match = /^\s*(Info|Warning|Error):\s*([\s\S]*?)[;\s]*$/.exec(piece);
      const text = match?.[2] ?? piece.replace(/[;\s]+$/, '').trim();
      if (text === '') return [];
      const level = match?.[1]?.toLowerCase();
      return [{ level: level === 'info' || level === 'warning' ? level : 'error', text }];
    });
}

/** The ERP's own words in an error body: error messages first, never a stack trace. Null for HTML and the like. */
export function erpText(body: string): string | null {
  const json = asJson(body);
  const odata = errorBody.safeParse(json);
  if (odata.success) {
    const { message, innererror } = odata.data.error;
    const inner = innererror?.message ?? '';
    const entries = parseInfolog(inner);
    // "validateField failed on field …" only names the place; the reason stands before it, often as a warning.
    const reasons = entries.filter(
      (entry) => entry.level !== 'info' && !/^validate(Field|Write) failed/.test(entry.text),
    );
    const told = (reasons.length > 0 ? reasons : entries).map((entry) => entry.text.replace(/[.\s]*$/, '.'));
    return told.join(' ') || inner || message || null;
  }
  const plain = plainBody.safeParse(json);
  return plain.success ? plain.data.Message : null;
}

/** The code behind the ERP's words, or undefined when they are not known. */
export function codeOfText(text: string): ErrorCode | undefined {
  return KNOWN.find(([pattern]) => pattern.test(text))?.[1];
}

/** True when the body holds an Infolog: the ERP's own business logic ran and refused, and rolled back. */
export function isErpRefusal(body: string): boolean {
  const odata = errorBody.safeParse(asJson(body));
  return odata.success && parseInfolog(odata.data.error.innererror?.message ?? '').length > 0;
}

type Answer = { readonly status: number; readonly retryAfterMs: number | undefined; readonly body: string };

/**
 * The one mapper from an answer of the service, or of a part inside a batch, to our errors. `details.path` may carry the
 * reference of the entry that was refused.
 */
export function d365Error(doing: 'read' | 'write', answer: Answer, details: ErrorDetails = {}): DaybookError {
  const text = erpText(answer.body);
  const found = codeOf(answer, text);
  // A read refuses no entry: whatever the words, the server failed, or the question was wrong for this environment.
  const refuses = doing === 'read' && ERROR_NATURES[found].repair.startsWith('edit_');
  const code = refuses ? (answer.status >= 500 ? 'provider_down' : 'answer_unexpected') : found;
  return new DaybookError(code, sentenceFor(code, text), {
    ...details,
    providerCode: details.providerCode ?? `HTTP ${answer.status}`,
    ...(answer.retryAfterMs === undefined ? {} : { retryAfterMs: answer.retryAfterMs }),
  });
}

function codeOf({ status }: Answer, text: string | null): ErrorCode {
  if (status === 429) return 'rate_limited';
  if (status === 401) return 'registration_needed';
  const known = text === null ? undefined : codeOfText(text);
  if (known !== undefined) return known;
  if (status === 403) return 'not_permitted';
  if (status === 404) return 'not_found';
  if (status === 409 || status === 412) return 'record_conflict';
  if (status === 408 || status === 502 || status === 503 || status === 504) return 'provider_down';
  if (text === null) return status >= 500 ? 'provider_down' : 'answer_unexpected';
  return 'entry_refused';
}

const SENTENCES: Partial<Record<ErrorCode, string>> = {
  rate_limited: 'Dynamics 365 is busy and asked Daybook to slow down; it tries again by itself.',
  provider_busy: 'Dynamics 365 could not finish the request in its database; Daybook tries again by itself.',
  provider_down: 'Dynamics 365 cannot be reached properly just now; Daybook tries again by itself.',
  record_conflict: 'Somebody else is changing the same journal in Dynamics 365; Daybook tries again by itself.',
  registration_needed:
    'Dynamics 365 does not know this application; add its client id under Microsoft Entra applications and give it a user.',
  not_permitted:
    'The Dynamics 365 user of this connection lacks the right for this; ask the administrator to grant it.',
  not_found: 'Dynamics 365 does not have what was asked for, or does not show it to this user.',
  answer_unexpected: 'Dynamics 365 answered in a way that Daybook does not understand; support needs to look at it.',
};

function sentenceFor(code: ErrorCode, text: string | null): string {
  const fixed = SENTENCES[code];
  if (fixed !== undefined) return fixed;
  return `Dynamics 365 refused it: ${quoted(text ?? 'no reason was given')}`;
}

/** The ERP's text as one short sentence, with anything that looks like an account number cut to its end. */
function quoted(text: string): string {
  const line = text
    .replace(/\s+/g, ' ')
    .replace(/\b[A-Z]{0,2}\d{11,}\b/g, (number) => `…${number.slice(-4)}`)
    .trim();
  const short = line.length > 300 ? `${line.slice(0, 299)}…` : line;
  return /[.…]$/.test(short) ? short : `${short}.`;
}

function asJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (thrown) {
    // HTML of a gateway or a cut text: there are no words of the ERP in it.
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}
