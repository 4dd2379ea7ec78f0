/**
 * Account and dimension strings of F&O ("display values"): segments joined by the delimiter that the environment chose,
 * with a backslash before a delimiter that is part of a value. Source: facts §5.2, recorded bodies
 * (`"AccountDisplayValue":"US\\-108"`).
 */

const DELIMITERS: Readonly<Record<string, string>> = {
  Hyphen: '-',
  Period: '.',
  Underscore: '_',
  Bar: '|',
  Tilde: '~',
  DoubleHyphen: '--',
  DoublePeriod: '..',
  DoubleUnderscore: '__',
  DoubleBar: '||',
  DoubleTilde: '~~',
};

/** What an environment uses until somebody changes it. */
export const DEFAULT_DELIMITER = '-';

/** The delimiter behind an enum member of `DimensionSegmentDelimiter`; undefined for one that we do not know. */
export function delimiterOf(member: string): string | undefined {
  return DELIMITERS[member];
}

/** Puts a backslash before each delimiter inside a value: `US-108` becomes `US\-108`. */
export function escapeSegment(value: string, delimiter: string): string {
  return value.replaceAll(delimiter, `\\${delimiter}`);
}

/** The value behind an escaped one. A text without a backslash stays as it is. */
export function unescapeSegment(text: string, delimiter: string): string {
  return text.replaceAll(`\\${delimiter}`, delimiter);
}

/** Joins segments. Empty ones keep their delimiters, also at the end: `401100---`. */
export function joinSegments(values: readonly string[], delimiter: string): string {
  return values.map((value) => escapeSegment(value, delimiter)).join(delimiter);
}

/** Takes a display value apart and unescapes each segment. */
export function splitSegments(text: string, delimiter: string): string[] {
  const segments: string[] = [];
  let segment = '';
  for (let at = 0; at < text.length; ) {
    if (text.startsWith(`\\${delimiter}`, at)) {
      segment += delimiter;
      at += delimiter.length + 1;
    } else if (text.startsWith(delimiter, at)) {
      segments.push(segment);
      segment = '';
      at += delimiter.length;
    } else {
      segment += text[at];
      at += 1;
    }
  }
  return [...segments, segment];
}

/**
 * True when a value comes back unchanged from a display value. A value that ends with a backslash, or with half of a
 * double delimiter, does not: it would be read as another account.
 */
export function canBeWritten(value: string, delimiter: string): boolean {
  const read = splitSegments(joinSegments([value, 'x'], delimiter), delimiter);
  return read.length === 2 && read[0] === value && read[1] === 'x';
}

/** Order of the segments, the main account among them under its name `MainAccount`. */
export type SegmentOrder = readonly string[];

export const MAIN_ACCOUNT = 'MainAccount';

/**
 * Reads `DimensionIntegrationFormats.FinancialDimensionFormat`. The text uses the environment's delimiter; formats that
 * were saved under an earlier one are read by trying the others.
 */
export function readFormat(text: string, delimiter: string): SegmentOrder {
  for (const candidate of [delimiter, ...Object.values(DELIMITERS).toSorted((a, b) => b.length - a.length)]) {
    const names = splitSegments(text, candidate).map((name) => name.trim());
    if (names.length > 1) return names;
  }
  return text.trim() === '' ? [] : [text.trim()];
}
