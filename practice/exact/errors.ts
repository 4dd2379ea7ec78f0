/** How the site refuses: its body, and the language of the user for what a posting rule says. */
import type { ExactLanguage } from './seed.ts';

/** A refusal on its way out of the handler. */
export class Refusal extends Error {
  readonly status: number;
  readonly text: string;
  readonly reason: string | undefined;

  constructor(status: number, text: string, reason?: string) {
    super(`refused with ${status}: ${text}`);
    this.status = status;
    this.text = text;
    this.reason = reason;
  }
}

/** Wrong names, syntax and types get one text that tells nothing. */
export function badRequest(): Refusal {
  return new Refusal(400, 'Bad Request - Error in query syntax.');
}

export function selectMissing(): Refusal {
  return new Refusal(400, 'Please add a $select or a $top=1 statement to the query string.');
}

export function notFound(): Refusal {
  return new Refusal(404, 'Resource not found for the segment.');
}

export function outOfDivisionScope(): Refusal {
  return new Refusal(403, 'Forbidden - User division is not within division scope');
}

export function outOfApplicationScope(verb: 'read' | 'manage', scope: string): Refusal {
  return new Refusal(403, `Forbidden - Application Scope Violated. Cannot ${verb} '${scope}' scope.`);
}

/** The answer of a refusal. Exact leaves `code` and `lang` empty. */
export function refusalAnswer({ status, text, reason }: Refusal): Response {
  const body = text === '' ? '' : JSON.stringify({ error: { code: '', message: { lang: '', value: text } } });
  const headers = new Headers(text === '' ? {} : { 'content-type': 'application/json; charset=utf-8' });
  if (reason !== undefined) headers.set('reason', reason);
  return new Response(body === '' ? null : body, { status, headers });
}

/** What the wire's faults look like from this site: no body that says anything. */
export function siteProblem(status: 429 | 500 | 503): Response {
  return new Response(null, { status });
}

type Texts = Readonly<Record<ExactLanguage, string>>;

const LABELS = {
  account: { nl: 'Relatie', de: 'Konto', en: 'Account' },
  amount: { nl: 'Bedrag', de: 'Betrag', en: 'Amount' },
  costCenter: { nl: 'Kostenplaats', de: 'Kostenstelle', en: 'Cost center' },
  costUnit: { nl: 'Kostendrager', de: 'Kostenträger', en: 'Cost unit' },
  currency: { nl: 'Valuta', de: 'Währung', en: 'Currency' },
  date: { nl: 'Datum', de: 'Datum', en: 'Date' },
  entry: { nl: 'Boeking', de: 'Buchung', en: 'Entry' },
  exchangeRate: { nl: 'Wisselkoers', de: 'Wechselkurs', en: 'Exchange rate' },
  glAccount: { nl: 'Grootboekrekening', de: 'Sachkonto', en: 'G/L account' },
  glAccountType: { nl: 'Grootboekrekeningtype', de: 'Sachkontotyp', en: 'G/L account type' },
  journal: { nl: 'Dagboek', de: 'Journal', en: 'Journal' },
  lines: { nl: 'Regels', de: 'Zeilen', en: 'Lines' },
  period: { nl: 'Periode', de: 'Periode', en: 'Period' },
  vatCode: { nl: 'Btw-code', de: 'Steuerschlüssel', en: 'VAT code' },
} satisfies Record<string, Texts>;

export type Label = keyof typeof LABELS;

const PATTERNS = {
  invalid: { nl: 'Ongeldig: ', de: 'Ungültig: ', en: 'Invalid: ' },
  mandatory: { nl: 'Verplicht: ', de: 'Pflichtfeld: ', en: 'Mandatory: ' },
  blocked: { nl: 'Geblokkeerd: ', de: 'Gesperrt: ', en: 'Blocked: ' },
  closed: { nl: 'Afgesloten: ', de: 'Abgeschlossen: ', en: 'Closed: ' },
} satisfies Record<string, Texts>;

const SENTENCES = {
  exists: { nl: 'Gegeven bestaat reeds.', de: 'Daten bereits vorhanden.', en: 'Data already exists.' },
  closing: {
    nl: 'Het beginsaldo plus alle bankboekingsregels moet gelijk zijn aan het eindsaldo',
    de: 'Der Anfangssaldo plus alle Bankbuchungszeilen muss den Endsaldo ergeben',
    en: 'Opening balance plus all bank entry lines should result in the closing balance',
  },
  bankJournal: {
    nl: 'Ongeldig dagboek. Het dagboek moet een bankdagboek zijn.',
    de: 'Ungültiges Journal. Das Journal muss ein Bankjournal sein.',
    en: 'Invalid journal. The journal must be a bank journal.',
  },
  processed: {
    nl: 'De boeking is verwerkt en kan niet worden verwijderd.',
    de: 'Die Buchung ist verarbeitet und kann nicht gelöscht werden.',
    en: 'The entry is processed and cannot be deleted.',
  },
} satisfies Record<string, Texts>;

/** Refusals of a posting rule: HTTP 500, in the user's language. */
export type Rules = {
  refuse(pattern: keyof typeof PATTERNS, label: Label): Refusal;
  say(sentence: keyof typeof SENTENCES): Refusal;
  notBalanced(year: number, period: number, difference: string): Refusal;
  callbackFailed(status: number): Refusal;
};

export function rulesIn(language: ExactLanguage): Rules {
  return {
    refuse: (pattern, label) => new Refusal(500, `${PATTERNS[pattern][language]}${LABELS[label][language]}`),
    say: (sentence) => new Refusal(500, SENTENCES[sentence][language]),
    notBalanced: (year, period, difference) =>
      new Refusal(500, `This entry is not balanced on: ${year} / ${period} (Type: Other) - Difference: ${difference}`),
    callbackFailed: (status) =>
      new Refusal(500, `${PATTERNS.invalid[language]}Post to callback URL endpoint returns ${status}`),
  };
}
