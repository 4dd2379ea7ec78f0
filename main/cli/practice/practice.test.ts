import { expect, test } from 'vitest';
import { practiceHeadless } from './headless.ts';
import type { PracticeReport } from './report.ts';

const ACCOUNTS = 7;

test.each([
  ['harbor', 1, 300],
  ['harbor', 2, 300],
  ['kade', 1, 180],
  ['kade', 2, 180],
] as const)(
  'the whole job on the practice company %s ties out, seed %i',
  { timeout: 240_000 },
  async (company, seed, atLeast) => {
    const result = await practiceHeadless({ company, seed, days: 4, tell: () => {} });
    const report = result.json as PracticeReport;
    expect(report.company).toBe(company);
    expect(report.erp).toMatchObject({ missing: 0, duplicated: 0, altered: 0, unexpected: 0, wrongClosings: 0 });
    expect(report.bank).toMatchObject({ unaccounted: 0, wrongBalances: 0 });
    expect(report.reconciliations).toHaveLength(ACCOUNTS * 4);
    expect(report.reconciliations.filter((one) => !one.explained)).toEqual([]);
    expect(report.audit.verified).toBe(true);
    expect(report.postings.posted).toBeGreaterThan(atLeast);
    expect(report.proposals.needsPerson).toBeGreaterThan(0);
    expect(result.exit).toBe(0);
  },
);
