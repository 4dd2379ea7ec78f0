import type { MoneyDocument } from '../api/money-document.ts';
import type { SerialError } from '../core/errors.ts';
import { formatAmount, money } from '../core/money.ts';
import { EXIT, type ExitCode } from './io.ts';

/** "−1,234.50 USD" */
export function amountText({ amount, currency }: MoneyDocument): string {
  return `${formatAmount(money(amount, currency))} ${currency}`;
}

/** "Operating account ··0000" */
export function accountText(account: { readonly name: string; readonly mask: string | null }): string {
  return account.mask === null ? account.name : `${account.name} ··${account.mask}`;
}

/** "1 entry", "3 entries" */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** A text that would make a table unreadable is cut; the whole of it stands in the JSON. */
export function short(text: string, length = 44): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/** How a command ends that did some things and not others: everything failed, or a person has something to do. */
export function exitFor(did: {
  readonly anyDone: boolean;
  readonly failed: boolean;
  readonly waits: boolean;
}): ExitCode {
  if (did.failed && !did.anyDone) return EXIT.failed;
  return did.failed || did.waits ? EXIT.needsPerson : EXIT.done;
}

/** "USMF: The period is closed. [PERIOD_CLOSED]" */
export function troubleText(whose: string, error: SerialError): string {
  const code = error.providerCode === undefined ? '' : ` [${error.providerCode}]`;
  return `${whose}: ${error.sentence}${code}`;
}
