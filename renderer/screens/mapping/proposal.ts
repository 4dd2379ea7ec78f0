import type { Candidate, Mapping, MappingValues, Row } from './types.ts';

/** The best candidate; undefined when there is none, or when two are equally good: then a person chooses. */
export function bestOf(candidates: readonly Candidate[]): Candidate | undefined {
  const [first, second] = candidates;
  return first && first.score !== second?.score ? first : undefined;
}

/**
 * A new mapping from a candidate. What the other accounts of that legal entity agree on is taken over; the first line to
 * be proposed is of `today`, so that history stays history.
 */
export function valuesOf(row: Row, candidate: Candidate, rows: readonly Row[], today: string): MappingValues {
  const { ledgerConnectionId } = candidate;
  const siblings = rows.flatMap(({ mapping }) =>
    mapping?.ledgerConnectionId === ledgerConnectionId && mapping.legalEntity === candidate.legalEntity
      ? [mapping]
      : [],
  );
  return {
    feedAccountId: row.account.id,
    ledgerConnectionId,
    legalEntity: candidate.legalEntity,
    bankAccount: candidate.bankAccount,
    journalName: candidate.journalName ?? agreed(siblings, 'journalName') ?? '',
    offsetAccount: null,
    dimensions: {},
    transferAccount: agreed(siblings, 'transferAccount') ?? null,
    clearingAccount: agreed(siblings, 'clearingAccount') ?? null,
    pending: agreed(siblings, 'pending') ?? 'wait',
    grouping: agreed(siblings, 'grouping') ?? 'account_day',
    startDate: today,
    suggestions: agreed(siblings, 'suggestions') ?? 'beside',
    autoApprove: false,
  };
}

/** An empty mapping for an account that nothing is proposed for. */
export function emptyValues(row: Row, ledgerConnectionId: string, today: string): MappingValues {
  return {
    feedAccountId: row.account.id,
    ledgerConnectionId,
    legalEntity: '',
    bankAccount: '',
    journalName: '',
    offsetAccount: null,
    dimensions: {},
    transferAccount: null,
    clearingAccount: null,
    pending: 'wait',
    grouping: 'account_day',
    startDate: today,
    suggestions: 'beside',
    autoApprove: false,
  };
}

/** What is saved of a mapping that is there: all but its id. */
export function savedValues({ id: _, ...values }: Mapping): MappingValues {
  return values;
}

function agreed<K extends keyof Mapping>(mappings: readonly Mapping[], field: K): Mapping[K] | undefined {
  const [first] = mappings;
  return first && mappings.every((mapping) => mapping[field] === first[field]) ? first[field] : undefined;
}
