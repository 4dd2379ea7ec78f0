/**
 * Text in the character set X of SWIFT: Latin letters, digits and `/ - ? : ( ) . , ' +` and blank. Accents are dropped,
 * a few letters written in two, anything else becomes a point.
 * Source: SWIFT user handbook, message format validation rules, character sets.
 */
export function swiftText(text: string): string {
  return text
    .replace(/[ßæÆœŒøØłŁđĐðÐþÞ€£&_@"“”„’‘–—]/g, (letter) => SPELT[letter] ?? '.')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/\s+/g, ' ')
    .replace(/[^A-Za-z0-9/\-?:().,'+ ]/gu, '.')
    .trim();
}

const SPELT: Readonly<Record<string, string>> = {
  ...{ ß: 'ss', æ: 'ae', Æ: 'AE', œ: 'oe', Œ: 'OE', ø: 'o', Ø: 'O', ł: 'l', Ł: 'L', đ: 'd', Đ: 'D', ð: 'd', Ð: 'D' },
  ...{ þ: 'th', Þ: 'TH', '€': 'EUR', '£': 'GBP', '&': '+', _: '-', '@': '(at)', '"': "'", '“': "'", '”': "'" },
  ...{ '„': "'", '’': "'", '‘': "'", '–': '-', '—': '-' },
};

/**
 * Cut into lines of at most `width`. No line begins with `:` or `-`, which would begin a field or end the message, nor
 * begins or ends with a blank, which readers drop.
 */
export function swiftLines(text: string, width: number, most: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest !== '' && lines.length < most) {
    let cut = Math.min(width, rest.length);
    while (cut > 1 && cut < rest.length && (/^[:\- ]/.test(rest.slice(cut)) || rest[cut - 1] === ' ')) cut -= 1;
    lines.push(rest.slice(0, cut));
    rest = rest.slice(cut);
  }
  return lines;
}
