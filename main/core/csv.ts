/** A row of a CSV file (RFC 4180): every field quoted, CRLF. */
export function csvRow(cells: readonly string[]): string {
  return `${cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')}\r\n`;
}

/**
 * A text from outside that a spreadsheet would take for a formula gets an apostrophe before it. White space, quotes and
 * invisible marks before the sign do not hide it: some programs drop them. See OWASP, "CSV injection". Figures of our
 * own need it not.
 */
export function inertText(text: string): string {
  return /^[\t\r\n]|^[\s'"\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]*[=+\-@＝＋－＠]/.test(text)
    ? `'${text}`
    : text;
}

/** Tells spreadsheets that the file is UTF-8. */
export const BYTE_ORDER_MARK = '\uFEFF';
