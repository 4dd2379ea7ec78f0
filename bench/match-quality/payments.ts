import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** What a public body paid a supplier in one go, as it published it. */
export type Payment = {
  readonly supplier: string;
  /** Days since 1970-01-01. */
  readonly day: number;
  /** Amounts in minor units; credits are negative. */
  readonly invoices: ReadonlyArray<{ readonly number: string; readonly minor: number }>;
};

/**
 * `sheffield`: suppliers whose name the council withheld get an invented one from their supplier number, because bank and
 * ledger knew it. `sheffield-withheld`: the data as published, where two of five lines name nobody.
 */
export type DataSet = 'harrogate' | 'sheffield' | 'sheffield-withheld' | 'phoenix';

const DAY_MS = 86_400_000;
const FOLDER = new URL('../../../shared/data/', import.meta.url);

type Columns = {
  readonly day: string;
  readonly supplier: string;
  readonly amount: string;
  readonly key: string;
  readonly invoice: string;
};

const SETS: Readonly<Record<DataSet, { readonly file: string; readonly columns: Columns }>> = {
  harrogate: {
    file: 'uk_harrogate_payments.csv.gz',
    columns: {
      day: 'payment_date',
      supplier: 'supplier',
      amount: 'net_amount_gbp',
      key: 'supplier',
      invoice: 'transaction_no',
    },
  },
  sheffield: {
    file: 'uk_sheffield_invoices.csv.gz',
    columns: { day: 'gl_date', supplier: 'supplier', amount: 'amount_gbp', key: 'supplier_no', invoice: 'invoice_no' },
  },
  'sheffield-withheld': {
    file: 'uk_sheffield_invoices.csv.gz',
    columns: { day: 'gl_date', supplier: 'supplier', amount: 'amount_gbp', key: 'supplier_no', invoice: 'invoice_no' },
  },
  // The checkbook has no numbers: the rows of a department and day are an invoice, numbered in the order of the file.
  phoenix: {
    file: 'us_phoenix_checkbook.csv.gz',
    columns: {
      day: 'payment_date',
      supplier: 'vendor',
      amount: 'net_amount_usd',
      key: 'vendor',
      invoice: 'department',
    },
  },
};

/** Payments in the order of their days: the rows of a day and supplier. Those that come to nothing or less are left out. */
export function readPayments(set: DataSet): Payment[] {
  const { file, columns } = SETS[set];
  const [head = [], ...rows] = parseCsv(gunzipSync(readFileSync(new URL(file, FOLDER))).toString('utf8'));
  const place = (name: string) => head.indexOf(name);
  const at = {
    day: place(columns.day),
    supplier: place(columns.supplier),
    amount: place(columns.amount),
    key: place(columns.key),
    invoice: place(columns.invoice),
  };
  const payments = new Map<string, { supplier: string; day: number; invoices: Map<string, number> }>();
  for (const row of rows) {
    const date = row[at.day] ?? '';
    const minor = Math.round(Number(row[at.amount]) * 100);
    if (!/^\d{4}-\d\d-\d\d$/.test(date) || !Number.isSafeInteger(minor)) continue;
    const key = `${date} ${row[at.key]}`;
    let payment = payments.get(key);
    if (payment === undefined) {
      const supplier = row[at.supplier] ?? '';
      const withheld = set === 'sheffield' && supplier.startsWith('REDACTED');
      payment = {
        supplier: withheld ? inventedName(row[at.key] ?? '') : supplier,
        day: Date.parse(`${date}T00:00:00Z`) / DAY_MS,
        invoices: new Map(),
      };
      payments.set(key, payment);
    }
    const invoice = row[at.invoice] ?? '';
    payment.invoices.set(invoice, (payment.invoices.get(invoice) ?? 0) + minor);
  }
  let counted = 500_000;
  return [...payments.values()]
    .map(({ supplier, day, invoices }) => ({
      ...{ supplier, day },
      invoices: [...invoices]
        .filter(([, minor]) => minor !== 0)
        .map(([number, minor]) => {
          counted += 7;
          return { number: set === 'phoenix' ? String(counted) : number, minor };
        }),
    }))
    .filter(({ invoices }) => invoices.reduce((sum, { minor }) => sum + minor, 0) > 0)
    .sort((a, b) => a.day - b.day);
}

const FIRST =
  'ALBA BRIN CORA DENE ELKE FARO GILDA HAVE IRMA JORIS KALE LUMA MERE NOVA OREN PIPPA RUNE SELA TOVE WREN'.split(' ');
const LAST =
  'ABBOT BANK CROFT DALE EASTON FELL GATE HOLM INGS JESSOP KIRK LANE MARSH NORTH OAKES PARK ROWE STONE THORPE WOOD'.split(
    ' ',
  );

/** A name of two words that says nothing about anybody; one number always gives the same. */
function inventedName(number: string): string {
  const n = Number(number.replace(/\D/g, '')) || 0;
  const [first = '', middle = '', last = ''] = [
    FIRST[n % 20],
    LAST[Math.floor(n / 20) % 20],
    LAST[Math.floor(n / 400) % 20],
  ];
  return `${first} ${middle}${last}`;
}

function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const cells: string[] = [];
    for (const [, quoted, plain] of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g))
      cells.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    rows.push(cells);
  }
  return rows;
}
