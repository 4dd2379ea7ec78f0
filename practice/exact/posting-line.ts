/** What Exact checks and fills in on one line of an entry. */
import { containedVat, type Line, vatAccount } from './books.ts';
import type { Rules } from './errors.ts';
import type { Input } from './input.ts';
import type { Caller } from './resource.ts';
import {
  byCode,
  type CostCode,
  type GlAccount,
  type Journal,
  type Period,
  type Relation,
  type VatCode,
} from './site.ts';

export type LineContext = {
  readonly caller: Caller;
  readonly kind: 'bank' | 'general';
  readonly journal: Journal;
  readonly currency: string;
  readonly period: Period;
  readonly rules: Rules;
};

const [RECEIVABLE, PAYABLE] = [20, 22];

/** The line as it will be booked. @throws Refusal 500 */
export function readLine(context: LineContext, input: Input, lineNumber: number, defaultDate: string): Line {
  const { caller, kind, journal, currency, period, rules } = context;
  const { division, site } = caller;
  const amount = input.minor('AmountFC', currency) ?? (kind === 'general' ? 0n : null);
  if (amount === null) throw rules.refuse('mandatory', 'amount');
  if (!input.has('GLAccount')) throw rules.refuse('mandatory', 'glAccount');
  const date = input.dateTime('Date') ?? defaultDate;
  if (date.slice(0, 10) < period.from || date.slice(0, 10) > period.to) throw rules.refuse('invalid', 'date');

  const glAccount = usableGlAccount(context, input.guid('GLAccount'));
  const account = usableRelation(context, input.guid('Account'), glAccount);
  const vatCode = kind === 'general' && !journal.allowVat ? noVat(input, rules) : vatCodeOf(context, input, glAccount);
  const line: Line = {
    ...site.stamp(),
    role: 'line',
    transactionId: site.guid(),
    lineNumber,
    date,
    minor: kind === 'bank' ? -amount : amount,
    minorDc: 0n,
    vatMinor: 0n,
    vatMinorDc: 0n,
    glAccount,
    account,
    costCenter: costOf(
      division.costCenters,
      input.text('CostCenter'),
      glAccount?.useCostCenter,
      glAccount?.costCenter,
      {
        date,
        refuse: (pattern) => rules.refuse(pattern, 'costCenter'),
      },
    ),
    costUnit: costOf(division.costUnits, input.text('CostUnit'), glAccount?.useCostUnit, null, {
      date,
      refuse: (pattern) => rules.refuse(pattern, 'costUnit'),
    }),
    vatCode,
    description: input.text('Description')?.slice(0, 60) ?? null,
    notes: input.text('Notes'),
    ourRef: input.integer('OurRef'),
    document: input.guid('Document'),
    offsetId: input.guid('OffsetID'),
  };
  if (vatAccount(line) !== null) {
    const sent = input.minor('AmountVATFC', currency);
    line.vatMinor =
      sent === null ? containedVat(line.minor, vatCode?.percentage ?? '0') : kind === 'bank' ? -sent : sent;
  }
  return line;
}

/** An id that this division does not have, as one of another division, is dropped without a word. */
function usableGlAccount({ caller, kind, journal, rules }: LineContext, id: string | null): GlAccount | null {
  const { division } = caller;
  const glAccount = id === null ? undefined : division.glAccounts.get(id);
  if (glAccount === undefined) return null;
  if (glAccount.blocked) throw rules.refuse('blocked', 'glAccount');
  if (kind !== 'bank') return glAccount;
  if (glAccount === journal.glAccount) throw rules.refuse('invalid', 'glAccount');
  const isMoneyOfAnother = [...division.journals.values()].some(
    (other) => other.glAccount === glAccount && (other.type === 10 || other.type === 12),
  );
  if (isMoneyOfAnother) throw rules.refuse('invalid', 'glAccountType');
  return glAccount;
}

function usableRelation(
  { caller, rules }: LineContext,
  id: string | null,
  glAccount: GlAccount | null,
): Relation | null {
  const subledger = glAccount?.type === RECEIVABLE || glAccount?.type === PAYABLE;
  if (id === null) {
    if (subledger) throw rules.refuse('mandatory', 'account');
    return null;
  }
  const relation = caller.division.relations.get(id);
  if (relation === undefined) return null;
  if (relation.blocked) throw rules.refuse('blocked', 'account');
  const fits = glAccount?.type === RECEIVABLE ? relation.customer : glAccount?.type !== PAYABLE || relation.supplier;
  if (!fits) throw rules.refuse('invalid', 'account');
  return relation;
}

function noVat(input: Input, rules: Rules): null {
  if (input.has('VATCode')) throw rules.refuse('invalid', 'vatCode');
  return null;
}

/** Where a line has no VAT code, the account's own is filled in. */
function vatCodeOf({ caller, rules }: LineContext, input: Input, glAccount: GlAccount | null): VatCode | null {
  const code = input.text('VATCode') ?? glAccount?.vatCode ?? null;
  if (code === null) return null;
  const vatCode = byCode(caller.division.vatCodes, code);
  if (vatCode === undefined) throw rules.refuse('invalid', 'vatCode');
  if (vatCode.blocked) throw rules.refuse('blocked', 'vatCode');
  return vatCode;
}

function costOf(
  codes: Map<string, CostCode>,
  sent: string | null,
  use: 0 | 1 | 2 | undefined,
  byDefault: string | null | undefined,
  on: { readonly date: string; readonly refuse: (pattern: 'invalid' | 'mandatory') => Error },
): string | null {
  if (use === 2) {
    if (sent !== null) throw on.refuse('invalid');
    return null;
  }
  const code = sent ?? byDefault ?? null;
  if (code === null) {
    if (use === 1) throw on.refuse('mandatory');
    return null;
  }
  const held = byCode(codes, code);
  if (held === undefined || (held.endDate !== null && held.endDate < on.date.slice(0, 10))) throw on.refuse('invalid');
  return held.code;
}
