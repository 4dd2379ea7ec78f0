/** Just enough of a rule engine to judge the companies' rules in their tests; the product's own is elsewhere. */
import type { SetupAction, SetupCondition, SetupTarget } from './rules.ts';
import type { TrueLine } from './truth.ts';

export function holds(when: SetupCondition, line: TrueLine): boolean {
  if ('all' in when) return when.all.every((part) => holds(part, line));
  if ('any' in when) return when.any.some((part) => holds(part, line));
  if ('not' in when) return !holds(when.not, line);
  if (when.field === 'amount') {
    const cents = (text: string) => BigInt(text.includes('.') ? text.replace('.', '') : `${text}00`);
    const { minor } = line.amount;
    return (when.from === undefined || minor >= cents(when.from)) && (when.to === undefined || minor <= cents(when.to));
  }
  if (when.field === 'date') return (when.from ?? '') <= line.date && line.date <= (when.to ?? '9');
  const value = when.field === 'account' ? line.mask : line.text;
  if (when.is !== undefined) return value === when.is;
  if (when.contains !== undefined) return value.includes(when.contains);
  if (when.startsWith !== undefined) return value.startsWith(when.startsWith);
  return when.matches !== undefined && value.startsWith(when.matches.replace(/\*$/, ''));
}

/** The accounts that a rule codes to, with their dimensions. */
export function targetsOf(then: SetupAction): readonly SetupTarget[] {
  return then.split ?? (then.account === undefined ? [] : [then]);
}
