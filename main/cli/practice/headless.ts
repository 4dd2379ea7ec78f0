import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CompanyName } from '../../../practice/company/names.ts';
import { DaybookError } from '../../core/errors.ts';
import { silentLog } from '../../core/ports.ts';
import { systemProcesses } from '../../core/processes.ts';
import { type CommandResult, done, EXIT, table } from '../io.ts';
import { workspaceFiles } from '../paths.ts';
import { PRACTICE_PASSPHRASE } from './passphrase.ts';
import type { PracticeReport } from './report.ts';
import { runPractice } from './run.ts';

export type HeadlessOptions = {
  readonly company: CompanyName;
  readonly seed: number | string;
  readonly days: number;
  /** Kept when given; otherwise a temporary folder that is removed afterwards. */
  readonly workspace?: string;
  readonly passphrase?: string;
  readonly tell: (sentence: string) => void;
  readonly stop?: AbortSignal;
};

/** `practice --headless`: the main job on the practice company, judged from the banks' and the ERP's own books. */
export async function practiceHeadless(options: HeadlessOptions): Promise<CommandResult> {
  const folder = options.workspace ?? mkdtempSync(join(tmpdir(), 'daybook-practice-'));
  const { database } = workspaceFiles(folder);
  if (existsSync(database))
    throw new DaybookError(
      'usage',
      'There is a workspace in this folder already. A practice run begins with an empty one: name another folder.',
      { path: '--workspace' },
    );
  try {
    const report = await runPractice({
      company: options.company,
      seed: options.seed,
      days: options.days,
      database,
      passphrase: options.passphrase ?? PRACTICE_PASSPHRASE,
      log: silentLog,
      processes: systemProcesses(),
      tell: options.tell,
      ...(options.stop === undefined ? {} : { stop: options.stop }),
    });
    return done(report, reportLines(report), report.ok ? EXIT.done : EXIT.failed);
  } finally {
    if (options.workspace === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

function reportLines(report: PracticeReport): string[] {
  const { lines, proposals, postings, erp, bank, audit } = report;
  const last = report.reconciliations.filter((one, index, all) => all[index + 1]?.account !== one.account);
  const rows = last.map((one) => [
    one.legalEntity,
    one.account,
    one.date,
    one.bankBalance,
    one.ledgerBalance,
    one.difference,
    one.explained ? `${one.openItems.length} open items explain it` : 'NOT EXPLAINED',
  ]);
  return [
    '',
    `Lines      ${lines.booked} booked, ${lines.pending} pending, ${lines.exceptions} exceptions (and ${lines.history} of history)`,
    `Entries    ${proposals.approved} approved, ${proposals.excluded} excluded, ${proposals.needsPerson} wait for a person`,
    `Postings   ${postings.posted} posted, ${postings.unknown} unknown, ${postings.refused} refused`,
    `In the ERP ${erp.lines} lines in ${erp.journals} journals: ${erp.missing} missing, ${erp.duplicated} duplicated, ${erp.altered} altered, ${erp.unexpected} unexpected, ${erp.wrongClosings} wrong closing balances`,
    `At the bank ${bank.movements} movements, ${bank.unaccounted} without a place, ${bank.wrongBalances} wrong balances`,
    `Trail      ${audit.events} events, ${audit.verified ? 'whole' : 'BROKEN'}`,
    '',
    ...table(['entity', 'account', 'day', 'bank', 'ledger', 'difference', ''], rows, [3, 4, 5]),
    '',
    report.ok ? 'Everything ties out.' : 'Something does not tie out; see above.',
  ];
}
