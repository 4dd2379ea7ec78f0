import { DaybookError } from '../core/errors.ts';

/**
 * Why a file, or one statement of it, is not taken in. `sentence` is said to a person with its line: it names what stands
 * there and what to do, and never an account number.
 */
export class Refusal extends Error {
  readonly line: number;
  readonly sentence: string;

  constructor(line: number, sentence: string) {
    super(sentence);
    this.name = 'Refusal';
    this.line = line;
    this.sentence = sentence;
  }
}

export function refuse(line: number, sentence: string): never {
  throw new Refusal(line, sentence);
}

/** The refusal as the error that leaves this folder. Anything else is passed on. */
export function asFileError(thrown: unknown): unknown {
  if (!(thrown instanceof Refusal)) return thrown;
  return new DaybookError('file_refused', withLine(thrown.line, thrown.sentence), { path: `line ${thrown.line}` });
}

export function withLine(line: number, sentence: string): string {
  return `Line ${line}: ${sentence}`;
}

/** At most 40 characters of what stands there, for a sentence; digits of long numbers are hidden. */
export function quoted(text: string): string {
  const short = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  // Control characters would break the line of a terminal.
  return `"${short.replace(/\p{Cc}+/gu, ' ').replace(/\d{9,}/g, (digits) => `…${digits.slice(-4)}`)}"`;
}
