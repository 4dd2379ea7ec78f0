import type { Connection } from './connection.ts';
import type { Store } from './store.ts';

/** A line of a page loop that has not ended yet, as it waits on disk. */
export type StagedLine = {
  readonly providerAccountId: string;
  readonly providerLineId: string;
  readonly replacesProviderLineId: string | null;
  readonly state: 'pending' | 'booked';
  readonly minor: bigint;
  readonly currency: string;
  readonly date: string;
  readonly authorizedDate: string | null;
  readonly text: string;
  readonly bankText: string | null;
  readonly counterparty: string | null;
  readonly reference: string | null;
  readonly checkNumber: string | null;
  readonly category: string | null;
  readonly channel: string | null;
  readonly payload: string;
};

/** The same line as it is put. */
export type LineToStage = Omit<StagedLine, 'minor' | 'currency'> & {
  readonly amount: { readonly minor: bigint; readonly currency: string };
};

/**
 * Where the pages of a long sync wait until the loop has ended: a table in SQLite's temporary file, which vanishes with
 * the process, so nothing half-done can be left in the workspace.
 */
export type Staging = {
  put(lines: readonly LineToStage[]): Promise<StagedPage>;
  /** The lines as they were put, in their order. Only inside `store.write`. */
  get(page: StagedPage): StagedLine[];
  /** Frees the space. */
  clear(): Promise<void>;
};

/** Where the lines of one `put` lie. */
export type StagedPage = { readonly first: bigint; readonly last: bigint };

const COLUMNS =
  'providerAccountId, providerLineId, replacesProviderLineId, state, minor, currency, date, authorizedDate, text, ' +
  'bankText, counterparty, reference, checkNumber, category, channel, payload';

let loops = 0;

/** Costs nothing until the first `put`. */
export function openStaging(store: Store): Staging {
  const table = `staged_line_${++loops}`;
  let statements: ReturnType<typeof prepare> | undefined;
  let last = 0n;
  return {
    put: async (lines) => {
      const first = last + 1n;
      await store.write(async () => {
        statements ??= prepare(store.connection, table);
        for (const [at, line] of lines.entries()) statements.insert.run(first + BigInt(at), ...valuesOf(line));
      });
      last += BigInt(lines.length);
      return { first, last };
    },
    get: (page) => statements?.select.all(page.first, page.last) ?? [],
    clear: async () => {
      if (statements === undefined) return;
      statements = undefined;
      await store.write(async () => {
        store.connection.exec(`DROP TABLE temp.${table}`);
      });
    },
  };
}

function prepare(db: Connection, table: string) {
  // Columns without types: what is put comes back as it was.
  db.exec(`CREATE TEMP TABLE ${table} (place INTEGER PRIMARY KEY, ${COLUMNS})`);
  return {
    insert: db.prepare(`INSERT INTO temp.${table} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    select: db.prepare<[bigint, bigint], StagedLine>(
      `SELECT ${COLUMNS} FROM temp.${table} WHERE place BETWEEN ? AND ? ORDER BY place`,
    ),
  };
}

function valuesOf(line: LineToStage): unknown[] {
  return [
    line.providerAccountId,
    line.providerLineId,
    line.replacesProviderLineId,
    line.state,
    line.amount.minor,
    line.amount.currency,
    line.date,
    line.authorizedDate,
    line.text,
    line.bankText,
    line.counterparty,
    line.reference,
    line.checkNumber,
    line.category,
    line.channel,
    line.payload,
  ];
}
