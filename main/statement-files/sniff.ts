import { quoted } from './refusal.ts';

type Found = 'xml' | 'mt940' | 'bai2' | 'ofx' | 'qif' | { readonly line: number; readonly sentence: string };

/** Which format a text is of, by what it says and not by its name; or why it is none. */
export function sniff(text: string): Found {
  const head = text.slice(0, 20_000);
  if (/^\s*OFXHEADER\s*:/i.test(head) || /^\s*(<\?xml[^>]*>\s*)?(<\?OFX[^>]*>\s*)?<OFX>/i.test(head)) return 'ofx';
  if (/^\s*<(\?xml|!DOCTYPE|!--|[A-Za-z_])/.test(head)) {
    if (/<OFX[ >]/i.test(head)) return 'ofx';
    if (/^\s*(<!DOCTYPE\s+html|<html)/i.test(head))
      return none(1, 'This is a page of a web site, such as a sign-in page that was saved in place of the file.');
    return 'xml';
  }
  if (/^\s*01,/.test(head)) return 'bai2';
  if (/^:(20|25P?|28C?|60[FM]|61|62[FM]|64|86|NS):/m.test(head)) return 'mt940';
  if (/^!(Type|Account|Option)/im.test(head)) return 'qif';
  const first = head.split(/\r\n|\r|\n/).findIndex((line) => line.trim() !== '');
  const lines = head.split(/\r\n|\r|\n/).slice(Math.max(first, 0), 60);
  if (isTable(lines))
    return none(
      first + 1,
      'This is a table of text (CSV), which every bank lays out in its own way and which has no balances to prove it. Ask the bank for CAMT.053, MT940, BAI2 or OFX.',
    );
  return none(Math.max(first, 0) + 1, `${quoted(lines[0] ?? '')} begins no bank statement that Daybook knows.`);
}

function none(line: number, sentence: string): Found {
  return { line, sentence };
}

/** Half of the lines and more are cut by the same separator. */
function isTable(lines: readonly string[]): boolean {
  const filled = lines.filter((line) => line.trim() !== '');
  const cut = (separator: string) => filled.filter((line) => line.includes(separator)).length;
  return filled.length > 1 && [';', ',', '\t'].some((separator) => cut(separator) * 2 >= filled.length);
}
