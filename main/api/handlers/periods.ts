import { record } from '../../audit/trail.ts';
import { addDays, type CalendarDate } from '../../core/calendar.ts';
import { instantNow, today } from '../../core/clock.ts';
import type { Daybook } from '../../daybook.ts';
import { accountLabel, mappedAccounts } from '../../reconcile/accounts.ts';
import { breakMovedSignOffs } from '../../reconcile/broken-sign-offs.ts';
import { statementOfCash } from '../../reconcile/cash.ts';
import type { PeriodSide, PeriodTieOut } from '../../reconcile/period.ts';
import {
  periodOf,
  prepareSignOff,
  reopenPeriod,
  reviewSignOff,
  SIGN_OFF_POLICY,
  type SignOffContext,
} from '../../reconcile/sign-off.ts';
import { readSetting, writeSetting } from '../../store/settings.ts';
import {
  listSignOffs,
  type OpenItemNote,
  openItemNotes,
  type StoredSignOff,
  saveOpenItemNote,
} from '../../store/sign-offs.ts';
import { readWorkspace } from '../../store/workspace-info.ts';
import type { periodCalls } from '../calls/periods.ts';
import { moneyOf } from '../documents.ts';
import type { HandlersOf } from '../handler.ts';

export const periodHandlers: HandlersOf<typeof periodCalls> = {
  'periods.show': async ({ feedAccountId, from, to, fresh }, { daybook, stop }) => {
    const tieOut = await periodOf(contextOf(daybook), feedAccountId, { from, to }, fresh ? 'now' : 'stored', stop);
    const { read } = daybook.store;
    const signed = (await listSignOffs(read, feedAccountId)).find(
      (one) => isLive(one) && one.from_date === from && one.to_date === to,
    );
    return {
      ...periodDocument(tieOut, await openItemNotes(read, feedAccountId)),
      signOff: signed === undefined ? null : signOffDocument(signed, tieOut.account),
    };
  },
  'periods.signOffs': async ({ feedAccountId }, { daybook }) => {
    const { read } = daybook.store;
    const accounts = await mappedAccounts(read);
    const names = new Map(accounts.map((account) => [account.feedAccountId, accountLabel(account)]));
    const signOffs = await listSignOffs(read, feedAccountId);
    const { timeZone } = await readWorkspace(read);
    const now = today(daybook.ports.clock, timeZone);
    const next = accounts
      .filter((account) => feedAccountId === undefined || account.feedAccountId === feedAccountId)
      .map((account) => {
        const last = signOffs.find((one) => isLive(one) && one.feed_account_id === account.feedAccountId);
        const period = last === undefined ? lastMonth(now) : monthFrom(addDays(last.to_date, 1));
        return { feedAccountId: account.feedAccountId, account: accountLabel(account), ...period };
      });
    return { signOffs: signOffs.map((one) => signOffDocument(one, names.get(one.feed_account_id) ?? '')), next };
  },
  'periods.prepare': async ({ feedAccountId, from, to, by, note }, { daybook, actor, stop }) => ({
    id: await prepareSignOff(contextOf(daybook), feedAccountId, { from, to }, { by: by ?? actor, actor, note }, stop),
  }),
  'periods.review': async ({ id, by, note }, { daybook, actor }) => {
    await reviewSignOff(contextOf(daybook), id, { by: by ?? actor, actor, note });
    return { id };
  },
  'periods.reopen': async ({ id, by, reason }, { daybook, actor }) => {
    await reopenPeriod(contextOf(daybook), id, { by: by ?? actor, actor, reason });
    return { id };
  },
  'periods.check': async (_, { daybook, stop }) => ({
    broken: (await breakMovedSignOffs(contextOf(daybook), stop)).map((one) => ({ ...one, why: [...one.why] })),
  }),
  'periods.note': async ({ feedAccountId, key, note }, { daybook, actor }) => {
    const { clock } = daybook.ports;
    await daybook.store.write(async (trx) => {
      await saveOpenItemNote(trx, { feedAccountId, key }, { note, by: actor, at: instantNow(clock) });
      await record(trx, clock, {
        ...{ actor, action: 'open_item.noted', subject: `feed_account:${feedAccountId}` },
        data: { key, note },
      });
    });
    return { key };
  },
  'periods.policy': async (_, { daybook }) => readSetting(daybook.store.read, SIGN_OFF_POLICY),
  'periods.setPolicy': async (policy, { daybook, actor }) => {
    const { clock } = daybook.ports;
    await daybook.store.write(async (trx) => {
      await writeSetting(trx, clock, SIGN_OFF_POLICY, policy);
      await record(trx, clock, { actor, action: 'period.policy_set', subject: 'workspace', data: policy });
    });
    return policy;
  },
  'cash.statement': async ({ date }, { daybook, stop }) => {
    const { timeZone } = await readWorkspace(daybook.store.read);
    const day = date ?? today(daybook.ports.clock, timeZone);
    const groups = await statementOfCash(contextOf(daybook), day, stop);
    return {
      date: day,
      groups: groups.map(({ legalEntity, currency, lines, ...sums }) => ({
        ...{ legalEntity, currency, ...cashSums(sums, currency) },
        accounts: lines.map(({ feedAccountId, account, bankAccount, explained, ...line }) => ({
          ...{ feedAccountId, account, bankAccount, explained, ...cashSums(line, currency) },
        })),
      })),
    };
  },
};

function contextOf({ posting, ports }: Daybook): SignOffContext {
  return { ...posting, log: ports.log, random: ports.random };
}

const isLive = ({ state }: StoredSignOff) => state === 'prepared' || state === 'reviewed';

function monthFrom(from: CalendarDate): { from: CalendarDate; to: CalendarDate } {
  const [year = 0, month = 0] = from.split('-').map(Number);
  const next = month === 12 ? `${year + 1}-01-01` : `${year}-${String(month + 1).padStart(2, '0')}-01`;
  return { from, to: addDays(next, -1) };
}

function lastMonth(now: CalendarDate): { from: CalendarDate; to: CalendarDate } {
  const to = addDays(`${now.slice(0, 7)}-01`, -1);
  return { from: `${to.slice(0, 7)}-01`, to };
}

function cashSums(
  sums: { bankMinor: bigint; ledgerMinor: bigint; openMinor: bigint; pendingMinor: bigint },
  currency: string,
) {
  return {
    bank: moneyOf(sums.bankMinor, currency),
    ledger: moneyOf(sums.ledgerMinor, currency),
    open: moneyOf(sums.openMinor, currency),
    pending: moneyOf(sums.pendingMinor, currency),
  };
}

export function periodDocument(tieOut: PeriodTieOut, notes: ReadonlyMap<string, OpenItemNote>) {
  const { currency, roll } = tieOut;
  const money = (minor: bigint) => moneyOf(minor, currency);
  return {
    ...{ feedAccountId: tieOut.feedAccountId, account: tieOut.account, legalEntity: tieOut.legalEntity },
    ...{ bankAccount: tieOut.bankAccount, from: tieOut.from, to: tieOut.to },
    bank: sideDocument(tieOut.bank, money),
    ledger: sideDocument(tieOut.ledger, money),
    difference: money(tieOut.differenceMinor),
    items: tieOut.items.map((item) => ({
      ...{ key: item.key, kind: item.kind, date: item.date, ageDays: item.ageDays, text: item.text },
      ...{ broughtForward: item.broughtForward, proposalId: item.proposalId, note: notes.get(item.key) ?? null },
      amount: money(item.amountMinor),
      lineIds: item.lineIds.map(String),
      ledgerLineIds: item.ledgerLineIds.map(String),
    })),
    cleared: tieOut.cleared.map(({ date, amountMinor, text }) => ({ date, text, amount: money(amountMinor) })),
    roll: {
      broughtForward: money(roll.broughtForwardMinor),
      arisen: money(roll.arisenMinor),
      cleared: money(roll.clearedMinor),
      carriedForward: money(roll.carriedForwardMinor),
    },
    pending: { lines: tieOut.pending.lines, amount: money(tieOut.pending.minor) },
    unexplained: money(tieOut.unexplainedMinor),
    ...{ tiesOut: tieOut.tiesOut, ledgerSource: tieOut.ledgerSource },
  };
}

function sideDocument(side: PeriodSide, money: (minor: bigint) => ReturnType<typeof moneyOf>) {
  return {
    opening: money(side.openingMinor),
    in: money(side.inMinor),
    out: money(side.outMinor),
    gap: money(side.gapMinor),
    closing: money(side.closingMinor),
    lines: side.lines,
  };
}

export function signOffDocument(row: StoredSignOff, account: string) {
  const { ended_at: endedAt, reviewed_at: reviewedAt } = row;
  return {
    ...{ id: row.id, feedAccountId: row.feed_account_id, account, from: row.from_date, to: row.to_date },
    ...{ state: row.state, hash: row.figures_hash },
    prepared: { by: row.prepared_by, at: row.prepared_at, note: row.prepared_note },
    reviewed: reviewedAt === null ? null : { by: row.reviewed_by ?? '', at: reviewedAt, note: row.reviewed_note ?? '' },
    ended: endedAt === null ? null : { at: endedAt, by: row.ended_by ?? '', why: [...row.endedWhy] },
  };
}
