/** How the banks of each country word a line. Rules look for the beginnings. */
import type { Draw } from '../company/draw.ts';
import type { OfficeKey } from './offices.ts';

type Words = {
  /** Payment orders, money received, direct debits. */
  readonly paid: string;
  readonly received: string;
  readonly debited: string;
  readonly invoice: (draw: Draw) => string;
  /** The bank's own text out of its parts. */
  readonly bankText: (kind: string, name: string, account: string, remittance: string, draw: Draw) => string;
  readonly batchOut: string;
  readonly batchIn: string;
  readonly returned: string;
  readonly takings: readonly string[];
  readonly terminalFee: string;
  readonly bankFee: string;
  readonly monthlyFee: string;
  readonly interest: string;
  readonly rent: string;
  readonly wages: string;
  readonly wageTax: string;
  readonly toSavings: string;
  readonly fromSavings: string;
  readonly group: string;
  readonly refund: string;
  /** Lines that no rule can know. */
  readonly oddIn: readonly string[];
  readonly oddOut: readonly string[];
};

export const WORDS: Readonly<Record<OfficeKey, Words>> = {
  nl: {
    paid: 'SEPA Overboeking',
    received: 'SEPA Bijschrijving',
    debited: 'SEPA Incasso',
    invoice: (draw) => `Factuur 2026-${draw.int(1000, 9999)}`,
    bankText: (kind, name, account, remittance, draw) =>
      `${kind} Naam: ${name} Omschrijving: ${remittance} IBAN: ${account} Kenmerk: ${draw.int(10_000_000, 99_999_999)}`,
    batchOut: 'SEPA Batch betaling',
    batchIn: 'SEPA Incassobatch',
    returned: 'Storno incasso',
    takings: ['CCV Afrekening pin', 'CCV Afrekening creditcard'],
    terminalFee: 'CCV Kosten transacties',
    bankFee: 'Kosten transactieverwerking',
    monthlyFee: 'Kosten zakelijk pakket',
    interest: 'Creditrente',
    rent: 'Huur Maaskade 12',
    wages: 'Salarisbatch',
    wageTax: 'Belastingdienst Loonheffingen',
    toSavings: 'Overboeking naar Zakelijke Spaarrekening',
    fromSavings: 'Overboeking van Zakelijke Rekening',
    group: 'Rekening-courant',
    refund: 'Terugbetaling klant',
    oddIn: ['Bijschrijving onbekend', 'Uitkering schade polis', 'Geldstorting automaat'],
    oddOut: ['Betaalverzoek', 'Spoedbetaling', 'Geldopname automaat'],
  },
  be: {
    paid: 'Overschrijving',
    received: 'Storting',
    debited: 'Europese domiciliëring',
    invoice: (draw) => structured(draw),
    bankText: (kind, name, account, remittance) => `${kind} ${name} ${account} Mededeling: ${remittance}`,
    batchOut: 'Verzamelopdracht',
    batchIn: 'Inning domiciliëringen',
    returned: 'Terugbetaling domiciliëring',
    takings: ['Bancontact Afrekening', 'Payconiq Afrekening'],
    terminalFee: 'Worldterm Kosten terminal',
    bankFee: 'Verrichtingskosten',
    monthlyFee: 'Beheerskosten zichtrekening',
    interest: 'Creditinteresten',
    rent: 'Huur Leiekaai 7',
    wages: 'Lonen',
    wageTax: 'Bedrijfsvoorheffing',
    toSavings: '',
    fromSavings: '',
    group: 'Rekening-courant',
    refund: 'Terugbetaling klant',
    oddIn: ['Storting onbekende opdrachtgever', 'Schadevergoeding dossier'],
    oddOut: ['Instantoverschrijving', 'Geldopneming Gent'],
  },
  de: {
    paid: 'SEPA-Überweisung',
    received: 'Gutschrift',
    debited: 'SEPA-Lastschrift',
    invoice: (draw) => `Rechnung R-2026-${draw.int(100, 999)}`,
    bankText: (kind, name, account, remittance, draw) =>
      `${kind} ${name} SVWZ+${remittance} EREF+${draw.int(100_000_000, 999_999_999)} IBAN+${account}`,
    batchOut: 'SEPA-Sammelüberweisung',
    batchIn: 'SEPA-Sammellastschrift Einzug',
    returned: 'Rücklastschrift',
    takings: ['Girocard Umsatz', 'Kreditkarten Umsatz'],
    terminalFee: 'Kartenzahlung Gebühren',
    bankFee: 'Buchungspostenentgelt',
    monthlyFee: 'Kontoführung Entgelt',
    interest: 'Habenzinsen',
    rent: 'Miete Am Rheinufer 3',
    wages: 'Löhne und Gehälter',
    wageTax: 'Finanzamt Lohnsteuer',
    toSavings: 'Umbuchung auf Tagesgeld Rücklage',
    fromSavings: 'Umbuchung von Geschäftskonto Köln',
    group: 'Verrechnung',
    refund: 'Rückzahlung Kunde',
    oddIn: ['Gutschrift unbekannt', 'Versicherungsleistung Schaden'],
    oddOut: ['Echtzeitüberweisung', 'Barauszahlung Köln'],
  },
};

/** A Belgian structured remittance, `+++123/4567/89002+++`: ten digits and their rest by 97 (97 for none). */
function structured(draw: Draw): string {
  const ten = String(draw.int(1_000_000_000, 1_999_999_999));
  const check = String(Number(BigInt(ten) % 97n) || 97).padStart(2, '0');
  return `+++${ten.slice(0, 3)}/${ten.slice(3, 7)}/${ten.slice(7)}${check}+++`;
}
