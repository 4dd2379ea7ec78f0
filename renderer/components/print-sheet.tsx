import './print-sheet.css';
import { useEffect } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { z } from 'zod';
import { formatDay, formatDecimal } from '../i18n/format.ts';

const tableSchema = z.object({
  columns: z.array(z.object({ title: z.string(), kind: z.string(), width: z.number() })),
  rows: z.array(z.array(z.string())),
});

/** The content of an export with the format `print`; see PrintedSheet in main/exports/print.ts. */
const sheetSchema = z.object({
  name: z.string(),
  about: z.array(z.tuple([z.string(), z.string()])),
  totals: tableSchema.nullable(),
  table: tableSchema,
});

type Table = z.infer<typeof tableSchema>;
type Sheet = z.infer<typeof sheetSchema>;

let root: Root | undefined;

/**
 * Lays a sheet out for paper, beside the screen and seen by the printer alone, and opens the print dialog, in which a
 * person may choose PDF. It goes when the dialog closes.
 */
export function printSheet(content: string): void {
  const sheet = sheetSchema.parse(JSON.parse(content));
  root ??= createRoot(document.body.appendChild(document.createElement('div')));
  root.render(<PrintSheet key={crypto.randomUUID()} sheet={sheet} />);
}

function putAway(): void {
  root?.render(null);
  document.documentElement.classList.remove('printing');
}

function PrintSheet({ sheet }: { readonly sheet: Sheet }) {
  useEffect(() => {
    document.documentElement.classList.add('printing');
    window.addEventListener('afterprint', putAway, { once: true });
    void document.fonts.ready.then(() => window.print());
    return () => window.removeEventListener('afterprint', putAway);
  }, []);
  return (
    <section className="print-sheet" lang="en">
      <dl className="print-head">
        {sheet.about.map(([name, value], index) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className={index === 0 ? 'print-title' : undefined}>
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      {sheet.totals ? <PrintTable table={sheet.totals} narrow /> : null}
      <PrintTable table={sheet.table} />
    </section>
  );
}

function PrintTable({
  table: { columns, rows },
  narrow = false,
}: {
  readonly table: Table;
  readonly narrow?: boolean;
}) {
  const used = columns.map((_, at) => rows.some((row) => row[at] !== ''));
  const kindOf = (at: number) => columns[at]?.kind ?? 'text';
  // Codes and states stay whole; what a bank wrote may break anywhere.
  const classOf = (at: number) => ((columns[at]?.width ?? 0) <= SHORT ? `${kindOf(at)} short` : kindOf(at));
  return (
    <table className={narrow ? 'print-table narrow' : 'print-table'}>
      <thead>
        <tr>
          {columns.map(({ title }, at) =>
            used[at] ? (
              <th key={title} scope="col" className={classOf(at)}>
                {title}
              </th>
            ) : null,
          )}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a sheet is laid out once and never changes
          <tr key={index}>
            {row.map((value, at) =>
              used[at] ? (
                // biome-ignore lint/suspicious/noArrayIndexKey: see above
                <td key={at} className={classOf(at)}>
                  <bdi>{printed(value, kindOf(at))}</bdi>
                </td>
              ) : null,
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Columns of at most so many characters hold codes, not sentences. */
const SHORT = 16;

/** A bank's text beyond this stands whole in the other formats; on paper it would push the figures off the page. */
const MOST_CHARACTERS = 400;

function printed(value: string, kind: string): string {
  if (value === '') return '';
  if (kind === 'figure') return formatDecimal(value);
  if (kind === 'date') return formatDay(value);
  return value.length > MOST_CHARACTERS ? `${value.slice(0, MOST_CHARACTERS)}…` : value;
}
