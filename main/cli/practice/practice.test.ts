import { expect, test } from 'vitest';
import { practiceHeadless } from './headless.ts';
import type { PracticeReport } from './report.ts';

test.each([1, 2])('the whole job on the practice company ties out, seed %i', { timeout: 120_000 }, async (seed) => {
  const result = await practiceHeadless({ company: 'harbor', seed, days: 4, tell: () => {} });
  const report = result.json as PracticeReport;
  expect(report.erp).toMatchObject({ missing: 0, duplicated: 0, altered: 0, unexpected: 0 });
  expect(report.bank).toMatchObject({ unaccounted: 0, wrongBalances: 0 });
  expect(report.reconciliations).toHaveLength(7 * 4);
  expect(report.reconciliations.filter((one) => !one.explained)).toEqual([]);
  expect(report.audit.verified).toBe(true);
  expect(report.postings.posted).toBeGreaterThan(300);
  expect(report.proposals.needsPerson).toBeGreaterThan(0);
  expect(result.exit).toBe(0);
});
