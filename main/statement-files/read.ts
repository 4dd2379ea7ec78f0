import { yieldToOthers } from '../core/clock.ts';
import { DaybookError } from '../core/errors.ts';
import { readBai2 } from './bai2.ts';
import { readCamt } from './camt.ts';
import { decodeFile } from './decode.ts';
import { readMt940 } from './mt940.ts';
import { readOfx } from './ofx.ts';
import { readQif } from './qif.ts';
import { asFileError, refuse } from './refusal.ts';
import { sniff } from './sniff.ts';
import type { ReadHints, StatementFile } from './statement.ts';

export type ReadOptions = ReadHints & { readonly stop?: AbortSignal | undefined };

/**
 * Reads a bank statement file of any format that Daybook knows. Every statement in the result ties out to its own
 * balances; those that do not are named under `refused`. Others get their turn while a large file is read.
 * @throws DaybookError `file_refused`: the file as a whole cannot be read; `path` is the line. `cancelled`.
 */
export async function readStatementFile(bytes: Uint8Array, options: ReadOptions = {}): Promise<StatementFile> {
  try {
    return await readBytes(bytes, options);
  } catch (thrown) {
    throw asFileError(thrown);
  }
}

/** Pieces of work (some kilobytes each) before others get their turn. */
const TURNS_AT_ONCE = 16;

async function readBytes(bytes: Uint8Array, options: ReadOptions): Promise<StatementFile> {
  const { text: decoded, encoding } = decodeFile(bytes);
  const text = decoded.replace(/^\uFEFF/, '');
  let turns = 0;
  const breathe = async () => {
    if (options.stop?.aborted === true)
      throw new DaybookError('cancelled', 'Reading the file was cancelled. Nothing was changed.');
    turns += 1;
    if (turns % TURNS_AT_ONCE === 0) await yieldToOthers();
  };
  const format = sniff(text);
  const rest = { encoding, refused: [], notes: [] };
  switch (format) {
    case 'xml': {
      const { label, ...file } = await readCamt(text, breathe);
      return { format: 'camt053', formatLabel: label, encoding, ...file };
    }
    case 'mt940':
      return { ...rest, format, formatLabel: 'MT940', ...(await readMt940(text, breathe)) };
    case 'bai2':
      return { ...rest, format, formatLabel: 'BAI2', ...(await readBai2(text, breathe)) };
    case 'ofx':
      return { ...rest, format, formatLabel: 'OFX', ...(await readOfx(text, breathe)) };
    case 'qif':
      return { ...rest, format, formatLabel: 'QIF', ...(await readQif(text, options, breathe)) };
    default:
      return refuse(format.line, format.sentence);
  }
}
