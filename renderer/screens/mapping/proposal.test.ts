import { describe, expect, test } from 'vitest';
import { bestOf, valuesOf } from './proposal.ts';
import type { Candidate, Mapping, Row } from './types.ts';

const candidate = (bankAccount: string, score: number, journalName: string | null = 'BankFeed'): Candidate => ({
  ledgerConnectionId: 'conn_1',
  legalEntity: 'USMF',
  bankAccount,
  bankAccountName: bankAccount,
  journalName,
  score,
  reasons: [],
});

const row = (id: string, mapping: Mapping | null = null): Row => ({
  account: { id, name: id, mask: null, bank: null, currency: 'USD' },
  environment: 'sandbox',
  closed: false,
  lines: 0,
  mapping,
  missing: [],
});

const mapping = (more: Partial<Mapping>): Mapping => ({
  id: 'map_1',
  feedAccountId: 'acc_1',
  ledgerConnectionId: 'conn_1',
  legalEntity: 'USMF',
  bankAccount: 'BANK-1',
  journalName: 'Daily',
  offsetAccount: '605100',
  dimensions: { CostCenter: '01' },
  transferAccount: '111900',
  clearingAccount: null,
  pending: 'wait',
  grouping: 'run',
  startDate: '2026-01-01',
  suggestions: 'beside',
  autoApprove: true,
  ...more,
});

const today = '2026-11-20';

describe('a proposed mapping', () => {
  test('is never chosen between two that are equally good', () => {
    expect(bestOf([candidate('A', 50), candidate('B', 50)])).toBeUndefined();
    expect(bestOf([candidate('A', 50), candidate('B', 40)])?.bankAccount).toBe('A');
    expect(bestOf([])).toBeUndefined();
  });

  test('begins today, so that lines before it stay history', () => {
    const values = valuesOf(row('acc_2'), candidate('A', 90), [], today);
    expect(values).toMatchObject({ startDate: today, bankAccount: 'A', offsetAccount: null, autoApprove: false });
  });

  test('takes over what the other accounts of the legal entity agree on, but no account, dimension or approval', () => {
    const rows = [row('acc_1', mapping({})), row('acc_3', mapping({ bankAccount: 'BANK-3' }))];
    const values = valuesOf(row('acc_2'), candidate('A', 90, null), rows, today);
    expect(values).toMatchObject({ journalName: 'Daily', transferAccount: '111900', grouping: 'run' });
    expect(values).toMatchObject({ offsetAccount: null, dimensions: {}, autoApprove: false });
  });

  test('takes nothing over from accounts that differ, nor from another legal entity or ledger', () => {
    const differ = [row('a', mapping({})), row('b', mapping({ transferAccount: '111950' }))];
    const values = valuesOf(row('c'), candidate('A', 90), differ, today);
    expect(values.transferAccount).toBeNull();
    const elsewhere = [row('a', mapping({ legalEntity: 'DEMF' }))];
    const other = valuesOf(row('c'), candidate('A', 90, null), elsewhere, today);
    expect(other).toMatchObject({ journalName: '', transferAccount: null });
    const otherLedger = { ...candidate('A', 90, null), ledgerConnectionId: 'conn_2' };
    const third = valuesOf(row('c'), otherLedger, [row('a', mapping({}))], today);
    expect(third).toMatchObject({ ledgerConnectionId: 'conn_2', journalName: '', transferAccount: null });
  });
});
