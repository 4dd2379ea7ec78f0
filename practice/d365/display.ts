/** Display values: segments joined by the delimiter; the delimiter inside a value is escaped with a backslash. */

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

export function delimiterText(member: string): string {
  return DELIMITERS[member] ?? '-';
}

/** `US\-108` is one segment, `401100---` is four. */
export function splitDisplay(text: string, delimiter: string): string[] {
  const segments: string[] = [];
  let segment = '';
  for (let at = 0; at < text.length; ) {
    if (text[at] === '\\' && text.startsWith(delimiter, at + 1)) {
      segment += delimiter;
      at += 1 + delimiter.length;
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

/** As the service answers it. */
export function joinDisplay(segments: readonly string[], delimiter: string): string {
  return segments.map((segment) => segment.replaceAll(delimiter, `\\${delimiter}`)).join(delimiter);
}
