import Database from 'better-sqlite3';

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
 * Where the pages of a long sync wait until the loop has ended: a database of its own in SQLite's temporary file, which
 * vanishes with the process, so nothing half-done can be left in the workspace.
 */
export type Staging = {
  put(lines: readonly LineToStage[]): StagedPage;
  /** The lines as they were put, in their order. */
  get(page: StagedPage): StagedLine[];
  /** Frees the space. Nothing can be put or got afterwards. */
  close(): void;
};

/** Where the lines of one `put` lie. */
export type StagedPage = { readonly first: bigint; readonly last: bigint };

const COLUMNS =
  'providerAccountId, providerLineId, replacesProviderLineId, state, minor, currency, date, authorizedDate, text, ' +
  'bankText, counterparty, reference, checkNumber, category, channel, payload';

/** Costs nothing until the first `put`. @throws what SQLite throws, `SQLITE_FULL` among it, on `put`. */
export function openStaging(): Staging {
  let opened: ReturnType<typeof open> | undefined;
  let last = 0n;
  return {
    put: (lines) => {
      opened ??= open();
      const first = last + 1n;
      opened.insertAll(first, lines);
      last += BigInt(lines.length);
      return { first, last };
    },
    get: (page) => opened?.select.all(page.first, page.last) ?? [],
    close: () => {
      opened?.db.close();
      opened = undefined;
    },
  };
}

function open() {
  // An empty name is a file that SQLite makes in the system's temporary folder and removes when it is closed.
  const db = new Database('');
  db.defaultSafeIntegers(true);
  // Large pages: rows have 2 kB, of which only one would fit into an ordinary page.
  db.pragma('page_size = 65536');
  db.pragma('journal_mode = OFF');
  db.pragma('cache_size = -4000');
  // Columns without types: what is put comes back as it was.
  db.exec(`CREATE TABLE line (place INTEGER PRIMARY KEY, ${COLUMNS})`);
  const insert = db.prepare('INSERT INTO line VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  return {
    db,
    select: db.prepare<[bigint, bigint], StagedLine>(
      `SELECT ${COLUMNS} FROM line WHERE place BETWEEN ? AND ? ORDER BY place`,
    ),
    insertAll: db.transaction((first: bigint, lines: readonly LineToStage[]) => {
      for (const [at, line] of lines.entries()) insert.run(first + BigInt(at), ...valuesOf(line));
    }),
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
