import type { DaybookError } from '../core/errors.ts';

/** The terminal as a port: commands write through it, tests read it. */
export type Io = {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Results. With `--json` exactly one JSON document. */
  readonly out: (text: string) => void;
  /** Progress, warnings, errors. */
  readonly err: (text: string) => void;
  /** Asks on the terminal without echo; null when there is no terminal. */
  readonly askHidden: (question: string) => Promise<string | null>;
  readonly userName: string;
};

/** What a command ends with. The numbers are a promise to scripts. */
export const EXIT = { done: 0, failed: 1, usage: 2, needsPerson: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The outcome of a command: its document for `--json`, its lines for people, and how it ended. */
export type CommandResult = {
  readonly json: unknown;
  readonly lines: readonly string[];
  readonly exit: ExitCode;
};

export function done(json: unknown, lines: readonly string[], exit: ExitCode = EXIT.done): CommandResult {
  return { json, lines, exit };
}

/** Prints a result in the asked form. Amounts in documents are decimal texts, so bigint never reaches JSON. */
export function print(io: Io, result: CommandResult, asJson: boolean): void {
  if (asJson) io.out(`${JSON.stringify(result.json, null, 2)}\n`);
  else for (const line of result.lines) io.out(`${inert(line)}\n`);
}

/** Prints an error: the sentence, where it is, and what repairs it. */
export function printError(io: Io, error: DaybookError, asJson: boolean): void {
  if (asJson) io.out(`${JSON.stringify({ error: error.toJSON() }, null, 2)}\n`);
  const { path = '' } = error;
  const where = path === '' || error.message.includes(path) ? '' : ` (${path})`;
  const whose = [error.providerCode, error.requestId].filter((part) => part !== undefined).join(', request ');
  io.err(`${inert(`${error.message}${where}${whose === '' ? '' : ` [${whose}]`}`)}\n`);
}

/** A bank's text may hold what steers a terminal or turns the direction of writing; none of it is let through. */
export function inert(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');
}

/** Columns of text, the last one unpadded; figures are right-aligned. */
export function table(
  head: readonly string[],
  rows: ReadonlyArray<readonly string[]>,
  right: readonly number[] = [],
): string[] {
  const widths = head.map((title, column) =>
    rows.reduce((widest, row) => Math.max(widest, (row[column] ?? '').length), title.length),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        if (right.includes(column)) return cell.padStart(width);
        return column === cells.length - 1 ? cell : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}
