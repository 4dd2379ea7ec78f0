/** Exact arithmetic on decimal texts, for what a person types and for sums on the screen. No float is involved. */

/** How many decimals an amount's text has: its currency's own number. */
export function digitsOf(amount: string): number {
  return amount.split('.')[1]?.length ?? 0;
}

/** Whole minor units of a decimal text with at most `digits` decimals. */
export function toMinor(amount: string, digits: number): bigint {
  const negative = amount.startsWith('-');
  const [whole = '0', fraction = ''] = amount.replace(/^[+-]/, '').split('.');
  const minor = BigInt(whole + fraction.padEnd(digits, '0'));
  return negative ? -minor : minor;
}

export function fromMinor(minor: bigint, digits: number): string {
  const text = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, '0');
  const whole = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
  return minor < 0n ? `-${whole}` : whole;
}

type Ratio = { readonly top: bigint; readonly bottom: bigint };

/**
 * The value of an expression such as `1200/12 + 3.5`, in minor units, rounded half away from zero; undefined when it is
 * none. Knows + − × / and brackets; a comma before three digits groups, otherwise it is the decimal sign.
 */
export function evaluate(text: string, digits: number): bigint | undefined {
  const tokens = tokensOf(text);
  if (!tokens || tokens.length === 0) return undefined;
  let at = 0;
  const peek = () => tokens[at];
  const next = () => tokens[at++];

  const factor = (): Ratio | undefined => {
    const token = next();
    if (token === '-' || token === '+') {
      const value = factor();
      return value && { top: token === '-' ? -value.top : value.top, bottom: value.bottom };
    }
    if (token === '(') {
      const value = sum();
      return next() === ')' ? value : undefined;
    }
    if (token === undefined || !/^\d/.test(token)) return undefined;
    const decimals = digitsOf(token);
    return { top: toMinor(token, decimals), bottom: 10n ** BigInt(decimals) };
  };
  const product = (): Ratio | undefined => {
    let value = factor();
    while (value && (peek() === '*' || peek() === '/')) {
      const times = next() === '*';
      const by = factor();
      if (!by || (!times && by.top === 0n)) return undefined;
      value = times
        ? { top: value.top * by.top, bottom: value.bottom * by.bottom }
        : {
            top: value.top * by.bottom * (by.top < 0n ? -1n : 1n),
            bottom: value.bottom * (by.top < 0n ? -by.top : by.top),
          };
    }
    return value;
  };
  const sum = (): Ratio | undefined => {
    let value = product();
    while (value && (peek() === '+' || peek() === '-')) {
      const sign = next() === '+' ? 1n : -1n;
      const by = product();
      if (!by) return undefined;
      value = { top: value.top * by.bottom + sign * by.top * value.bottom, bottom: value.bottom * by.bottom };
    }
    return value;
  };

  const value = sum();
  return value && at === tokens.length ? rounded(value, digits) : undefined;
}

function tokensOf(text: string): string[] | undefined {
  const plain = text
    .replaceAll('−', '-')
    .replaceAll('×', '*')
    .replace(/,(?=\d{3}(?:\D|$))/g, '')
    .replaceAll(',', '.')
    .replace(/\s+/g, '');
  const tokens = plain.match(/\d{1,20}(?:\.\d{1,10})?|[-+*/()]/g) ?? [];
  return tokens.join('') === plain ? tokens : undefined;
}

function rounded({ top, bottom }: Ratio, digits: number): bigint {
  const scaled = top * 10n ** BigInt(digits);
  const half = scaled < 0n ? -bottom : bottom;
  return (2n * scaled + half) / (2n * bottom);
}

/** Debit (money in), credit (money out, positive) and net of amounts, one row a currency, in order of appearance. */
export type Sums = {
  readonly count: number;
  readonly currencies: readonly {
    readonly currency: string;
    readonly debit: string;
    readonly credit: string;
    readonly net: string;
  }[];
};

export function sumsOf(amounts: Iterable<{ readonly amount: string; readonly currency: string }>): Sums {
  const parts = new Map<string, { digits: number; debit: bigint; credit: bigint }>();
  let count = 0;
  for (const { amount, currency } of amounts) {
    count += 1;
    const part = parts.get(currency) ?? { digits: digitsOf(amount), debit: 0n, credit: 0n };
    const minor = toMinor(amount, part.digits);
    if (minor < 0n) part.credit -= minor;
    else part.debit += minor;
    parts.set(currency, part);
  }
  return {
    count,
    currencies: [...parts].map(([currency, { digits, debit, credit }]) => ({
      currency,
      debit: fromMinor(debit, digits),
      credit: fromMinor(credit, digits),
      net: fromMinor(debit - credit, digits),
    })),
  };
}

/** What is left of sums when others are taken out of them. */
export function minusSums(all: Sums, out: Sums): Sums {
  return {
    count: all.count - out.count,
    currencies: all.currencies.map((part) => {
      const less = out.currencies.find(({ currency }) => currency === part.currency);
      if (!less) return part;
      const digits = digitsOf(part.net);
      const left = (a: string, b: string) => fromMinor(toMinor(a, digits) - toMinor(b, digits), digits);
      return {
        currency: part.currency,
        debit: left(part.debit, less.debit),
        credit: left(part.credit, less.credit),
        net: left(part.net, less.net),
      };
    }),
  };
}
