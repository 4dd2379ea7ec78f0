import { searchTrail, trailNames } from '../../audit/search.ts';
import { verifyTrail } from '../../audit/verify.ts';
import { today } from '../../core/clock.ts';
import { breakMovedSignOffs } from '../../reconcile/broken-sign-offs.ts';
import { reconcileAccounts } from '../../reconcile/reconcile.ts';
import { counted } from '../../schedule/counted.ts';
import { listReconciliations, type StoredReconciliation } from '../../store/reconciliation-list.ts';
import { readWorkspace } from '../../store/workspace-info.ts';
import { auditEvents, auditWindow } from '../audit-filter.ts';
import { subjectNames } from '../audit-subjects.ts';
import type { auditCalls, reconcileCalls } from '../calls/reconcile.ts';
import { moneyOf } from '../documents.ts';
import type { HandlersOf } from '../handler.ts';
import { moneyDocument } from '../money-document.ts';
import { recordRun } from '../runs.ts';

export const reconcileHandlers: HandlersOf<typeof reconcileCalls> = {
  'reconcile.run': async ({ dates }, { daybook, actor, stop, progress }) => {
    const { clock } = daybook.ports;
    const { timeZone } = await readWorkspace(daybook.store.read);
    const days = dates ?? [today(clock, timeZone)];
    const context = { ...daybook.posting, log: daybook.ports.log };
    const results = await reconcileAccounts(context, days, {
      ...{ actor, stop },
      progress: (done, total, account) => progress(done, total, `Comparing bank and ledger of ${account}`),
    });
    const broken = await breakMovedSignOffs(context, stop);
    const open = results.filter((result) => !result.explained).length;
    if (results.length > 0)
      await recordRun(daybook, {
        kind: 'reconcile',
        actor,
        story: [
          `Reconciled ${counted(results.length / days.length, 'account')} on ${days.join(', ')}.`,
          ...(open === 0 ? [] : [`${counted(open, 'difference')} not explained.`]),
          ...broken.map(({ from, to, why }) => `The sign-off from ${from} to ${to} broke: ${why[0] ?? ''}`),
        ],
        needsPerson: open + broken.length > 0,
      });
    const madeAt = new Map(
      (await listReconciliations(daybook.store.read, {}, { offset: 0, limit: 100_000 })).reconciliations.map((row) => [
        `${row.feed_account_id} ${row.date}`,
        row.made_at,
      ]),
    );
    return results.map((result) => ({
      ...result,
      bankBalance: moneyDocument(result.bankBalance),
      ledgerBalance: moneyDocument(result.ledgerBalance),
      difference: moneyDocument(result.difference),
      openItems: result.openItems.map((item) => ({
        ...{ kind: item.kind, date: item.date, text: item.text, proposalId: item.proposalId },
        amount: moneyOf(item.amountMinor, result.difference.currency),
        lineIds: item.lineIds.map(String),
      })),
      madeAt: madeAt.get(`${result.feedAccountId} ${result.date}`) ?? '',
    }));
  },
  'reconcile.list': async ({ feedAccountId, from, to, newest, ...window }, { daybook }) => {
    const filter = {
      newest,
      ...(feedAccountId === undefined ? {} : { feedAccountId }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    };
    const { total, reconciliations } = await listReconciliations(daybook.store.read, filter, window);
    return { total, reconciliations: reconciliations.map(reconciliationDocument) };
  },
};

export function reconciliationDocument(row: StoredReconciliation) {
  const { currency } = row;
  return {
    feedAccountId: row.feed_account_id,
    account: row.mask === null ? row.name : `${row.name} ··${row.mask}`,
    legalEntity: row.legal_entity ?? '',
    bankAccount: row.bank_account ?? '',
    date: row.date,
    bankBalance: moneyOf(row.bank_minor, currency),
    ledgerBalance: moneyOf(row.ledger_minor, currency),
    difference: moneyOf(row.difference_minor, currency),
    openItems: row.openItems.map((item) => ({
      ...{ kind: item.kind, date: item.date, text: item.text, proposalId: item.proposalId },
      amount: moneyOf(item.amountMinor, currency),
      lineIds: item.lineIds.map(String),
    })),
    explained: row.explained === 1n,
    madeAt: row.made_at,
  };
}

export const auditHandlers: HandlersOf<typeof auditCalls> = {
  'audit.search': async ({ filter, offset, limit }, { daybook }) => {
    const { timeZone } = await readWorkspace(daybook.store.read);
    const { total, events } = await searchTrail(daybook.store.read, auditWindow(filter, timeZone), { offset, limit });
    const shown = auditEvents(events);
    const names = await subjectNames(
      daybook.store.read,
      shown.map(({ subject }) => subject),
    );
    return { offset, total, events: shown.map((event) => ({ ...event, about: names.get(event.subject) ?? null })) };
  },
  'audit.names': async (_, { daybook }) => trailNames(daybook.store.read),
  'audit.verify': async (_, { daybook, stop, progress }) =>
    verifyTrail(daybook.store.read, {
      stop,
      progress: (done, total) => progress(done, total, 'Checking every link of the trail'),
    }),
};
