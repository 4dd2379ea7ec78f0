import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { samplesAreHere, statementSamples } from '../../test/support/statement-samples.ts';
import { DaybookError } from '../core/errors.ts';
import { type Random, seededRandom } from '../core/random.ts';
import { readStatementFile } from './read.ts';
import type { Statement, StatementFile } from './statement.ts';
import { movementOf } from './tie.ts';

const here = samplesAreHere ? '' : ' (skipped: ../shared/data is not here)';
const samples = statementSamples();
// QIF does not say its currency; a person does.
const HINTS = { currency: 'USD' };

async function outcome(bytes: Uint8Array): Promise<StatementFile | DaybookError> {
  try {
    return await readStatementFile(bytes, HINTS);
  } catch (thrown) {
    if (thrown instanceof DaybookError) return thrown;
    throw thrown;
  }
}

function tied({ opening, closing, ...rows }: Statement): boolean {
  return opening === null || closing === null || opening.minor + movementOf(rows) === closing.minor;
}

test.skipIf(!samplesAreHere)(
  `every sample ties out to its own balances or is refused with line and reason${here}`,
  async () => {
    expect(samples).toHaveLength(180);
    for (const { name, bytes } of samples) {
      const result = await outcome(bytes);
      if (result instanceof DaybookError) {
        expect(result.code, name).toBe('file_refused');
        expect(result.message, name).toMatch(/^Line \d+: [A-Z"]/);
        expect(result.message, name).toMatch(/[.?]$/);
        continue;
      }
      expect(result.statements.length + result.refused.length, name).toBeGreaterThan(0);
      for (const statement of result.statements) expect(tied(statement), name).toBe(true);
      for (const { line, sentence } of result.refused) {
        expect(line, name).toBeGreaterThan(0);
        expect(sentence, name).toMatch(/[.]$/);
      }
    }
  },
);

type Tally = Record<
  string,
  { files: number; whole: number; partly: number; refused: number; statements: number; rows: number }
>;

async function tally(): Promise<Tally> {
  const table: Tally = {};
  for (const { name, bytes } of samples) {
    const folder = name.split('/')[0] ?? '';
    const row = table[folder] ?? { files: 0, whole: 0, partly: 0, refused: 0, statements: 0, rows: 0 };
    table[folder] = row;
    row.files += 1;
    const result = await outcome(bytes);
    if (result instanceof DaybookError || result.statements.length === 0) row.refused += 1;
    else if (result.refused.length > 0) row.partly += 1;
    else row.whole += 1;
    if (result instanceof DaybookError) continue;
    row.statements += result.statements.length;
    row.rows += result.statements.reduce((sum, one) => sum + one.rows.length, 0);
  }
  return table;
}

test.skipIf(!samplesAreHere)(`the table in docs/statement-files.md says what the samples came to${here}`, async () => {
  const page = readFileSync(new URL('../../docs/statement-files.md', import.meta.url), 'utf8');
  for (const [folder, row] of Object.entries(await tally())) {
    const { files, whole, partly, refused, statements, rows } = row;
    expect(page).toContain(`| ${folder} | ${[files, whole, partly, refused, statements, rows].join(' | ')} |`);
  }
});

const below = (random: Random, end: number) => Math.floor(random.next() * end);

/** The figures of a file that money depends on. */
function figures(file: StatementFile): string {
  const plain = file.statements.map(({ currency, opening, closing, rows }) => [
    currency,
    String(opening?.minor),
    String(closing?.minor),
    rows.map((row) => String(row.minor)),
  ]);
  return JSON.stringify(plain);
}

test.skipIf(!samplesAreHere)(
  `no sample with some bytes changed ends in a crash or in figures that do not tie out${here}`,
  async () => {
    const random = seededRandom(20261120);
    let changed = 0;
    for (const { name, bytes } of samples) {
      if (name.startsWith('swiss_bank_csv/')) continue;
      for (let round = 0; round < 3; round += 1) {
        const copy = Uint8Array.from(bytes);
        for (let hit = 0; hit <= below(random, 4); hit += 1) copy[below(random, copy.length)] = below(random, 256);
        const cut = round === 2 ? copy.subarray(0, below(random, copy.length)) : copy;
        const result = await outcome(cut);
        if (result instanceof DaybookError) continue;
        for (const statement of result.statements) expect(tied(statement), name).toBe(true);
        changed += 1;
      }
    }
    expect(changed).toBeGreaterThan(40);
  },
);

test.skipIf(!samplesAreHere)(
  `a digit changed in an amount or a balance is always noticed where both balances are given${here}`,
  async () => {
    const random = seededRandom(7);
    let noticed = 0;
    for (const { name, bytes } of samples) {
      const text = new TextDecoder('latin1').decode(bytes);
      const before = await outcome(bytes);
      if (before instanceof DaybookError || before.refused.length > 0) continue;
      if (before.statements.some((one) => one.opening === null || one.closing === null)) continue;
      const amounts = [...text.matchAll(AMOUNT)];
      for (const match of amounts.slice(0, 4)) {
        const at = match.index + match[0].search(/\d(?=[\d,.]*$)/);
        const digit = String((Number(text[at]) + 1 + below(random, 9)) % 10);
        const after = await outcome(
          new Uint8Array(Buffer.from(text.slice(0, at) + digit + text.slice(at + 1), 'latin1')),
        );
        if (after instanceof DaybookError || after.refused.length > 0) noticed += 1;
        else expect(figures(after), `${name} at ${at}`).toBe(figures(before));
      }
    }
    expect(noticed).toBeGreaterThan(60);
  },
);

/** The amount of a movement or a booked balance as MT940 and CAMT write it, cut off after its last digit. */
const AMOUNT = /(?::6[02][FM]:[CD]\d{6}[A-Z]{3}[\d,]+)|(?:<Ntry>.{0,80}?<Amt Ccy="[A-Z]{3}">[\d.]+)/g;
