import { loadDirectory } from '../../coding/ledger-directory.ts';
import { listMappings } from '../../coding/mappings.ts';
import { addDays, daysBetween } from '../../core/calendar.ts';
import { today } from '../../core/clock.ts';
import type { AccountView } from '../../feeds/index.ts';
import { readPlan } from '../../schedule/look.ts';
import { dayBegins, nextSlotAfter } from '../../schedule/slots.ts';
import {
  dailyBalances,
  linesByAccount,
  oldestOpen,
  openByDay,
  openCounts,
  openSince,
  postedSince,
} from '../../store/positions.ts';
import { listReconciliations, type StoredReconciliation } from '../../store/reconciliation-list.ts';
import { fetchedSince } from '../../store/runs.ts';
import { readScheduleState } from '../../store/schedule-state.ts';
import { readWorkspace } from '../../store/workspace-info.ts';
import type { todayCalls } from '../calls/today.ts';
import { moneyOf } from '../documents.ts';
import type { HandlersOf, Work } from '../handler.ts';
import { latestRun } from '../runs.ts';

export const todayHandlers: HandlersOf<typeof todayCalls> = {
  'today.get': async (_, work) => {
    const { daybook } = work;
    const { read } = daybook.store;
    const { clock } = daybook.ports;
    const { timeZone } = await readWorkspace(read);
    const date = today(clock, timeZone);
    const accounts = await daybook.feeds.listAccounts();
    const mappings = await listMappings(read);
    const mapped = new Set(mappings.map((mapping) => mapping.feedAccountId));
    const lines = await linesByAccount(read);
    const lastRun = await latestRun(daybook);
    return {
      date,
      entities: await entitiesOf(work, { date, begins: dayBegins(date, timeZone), accounts, mappings }),
      unmapped: accounts
        .filter((account) => account.closedAt === null && !mapped.has(account.id) && (lines.get(account.id) ?? 0) > 0)
        .map(nameOf),
      gaps: accounts.flatMap((account) =>
        account.gap === null
          ? []
          : [
              {
                account: nameOf(account),
                size: moneyOf(account.gap.sizeMinor, account.gap.currency),
                firstDate: account.gap.firstDate,
              },
            ],
      ),
      health: await healthOf(work),
      lastRun,
      sinceThen: await fetchedSince(read, lastRun?.at ?? ''),
      nextRun: nextSlotAfter(clock.now(), await readPlan(read)),
      waiting: (await readScheduleState(read))?.waiting ?? null,
    };
  },
  'today.cash': async ({ currency: wanted, days }, { daybook }) => {
    const { read } = daybook.store;
    const { timeZone } = await readWorkspace(read);
    const to = today(daybook.ports.clock, timeZone);
    const from = addDays(to, 1 - days);
    const known = (await daybook.feeds.listAccounts()).flatMap((account) =>
      account.opening === null || account.closedAt !== null ? [] : [{ ...account, opening: account.opening }],
    );
    const currencies = [...new Set(known.map((account) => account.opening.currency))].sort();
    const currency = wanted ?? mostUsed(known.map((account) => account.opening.currency));
    const accounts = [];
    for (const account of known.filter(({ opening }) => opening.currency === currency)) {
      const { minor: openingMinor, currency: own } = account.opening;
      const points = await dailyBalances(read, { id: account.id, currency: own, openingMinor }, from, to);
      accounts.push({
        account: nameOf(account),
        points: points.map((point) => ({ date: point.date, balance: moneyOf(point.minor, own) })),
      });
    }
    return { currency, currencies, from, to, accounts };
  },
  'today.ageing': async (_, { daybook }) => {
    const { read } = daybook.store;
    const { timeZone } = await readWorkspace(read);
    const date = today(daybook.ports.clock, timeZone);
    const accounts = new Map((await daybook.feeds.listAccounts()).map((account) => [account.id, account]));
    const rows = Map.groupBy(await openByDay(read), (row) => JSON.stringify([row.feedAccountId, row.currency]));
    return {
      buckets: BUCKETS.map(({ from, to }) => ({ from, to })),
      accounts: [...rows.values()].flatMap((group) => {
        const [first] = group;
        const account = first && accounts.get(first.feedAccountId);
        if (!first || !account) return [];
        const { currency } = first;
        const values = BUCKETS.map(({ from, to }) => {
          const inside = group.filter((row) => {
            const age = Math.max(0, daysBetween(row.date, date));
            return age >= from && (to === null || age <= to);
          });
          return {
            count: inside.reduce((sum, row) => sum + row.count, 0),
            net: moneyOf(
              inside.reduce((sum, row) => sum + row.netMinor, 0n),
              currency,
            ),
            gross: moneyOf(
              inside.reduce((sum, row) => sum + row.grossMinor, 0n),
              currency,
            ),
          };
        });
        return [{ account: { ...nameOf(account), currency }, values }];
      }),
    };
  },
};

/** Ages in days, both ends included. */
const BUCKETS: ReadonlyArray<{ readonly from: number; readonly to: number | null }> = [
  { from: 0, to: 30 },
  { from: 31, to: 60 },
  { from: 61, to: 90 },
  { from: 91, to: null },
];

function nameOf(account: AccountView) {
  const { id, name, mask, currency, institutionName } = account;
  return { id, name, mask, currency, bank: institutionName };
}

function mostUsed(currencies: readonly string[]): string | null {
  const counts = Map.groupBy(currencies, (currency) => currency);
  const [first] = [...counts].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1));
  return first?.[0] ?? null;
}

const EXCEPTIONS = new Set(['refused', 'unknown', 'different']);
const TO_REVIEW = new Set(['needs_person', 'ready']);

type Scene = {
  readonly date: string;
  readonly begins: string;
  readonly accounts: readonly AccountView[];
  readonly mappings: Awaited<ReturnType<typeof listMappings>>;
};

async function entitiesOf({ daybook }: Work, { date, begins, accounts, mappings }: Scene) {
  const { read } = daybook.store;
  const connections = new Map((await daybook.feeds.listConnections()).map((one) => [one.id, one]));
  const { reconciliations } = await listReconciliations(read, { newest: true }, { offset: 0, limit: 10_000 });
  const reconciled = new Map(reconciliations.map((one) => [one.feed_account_id, one]));
  const counts = await openCounts(read);
  const made = await openSince(read, begins);
  const posted = await postedSince(read, begins);
  const oldest = await oldestOpen(read);
  const rowExceptions = await daybook.feeds.exceptions();
  const accountOf = new Map(accounts.map((account) => [account.id, account]));
  const entities = Map.groupBy(mappings, (mapping) =>
    JSON.stringify([mapping.ledgerConnectionId, mapping.legalEntity]),
  );
  const groups = [...entities.values()].flatMap((group) => (group[0] ? [{ first: group[0], group }] : []));
  const names = new Map<unknown, string | null>();
  for (const { first } of groups)
    names.set(first, (await loadDirectory(read, first.ledgerConnectionId, first.legalEntity))?.name ?? null);
  return groups.flatMap(({ first, group }) => {
    const ids = new Set(group.map((mapping) => mapping.id));
    const feedAccounts = new Set(group.map((mapping) => mapping.feedAccountId));
    const count = (states: ReadonlySet<string>) =>
      counts.reduce((sum, row) => sum + (ids.has(row.mappingId) && states.has(row.state) ? row.count : 0), 0);
    const own = posted.filter((row) => ids.has(row.mappingId));
    const old = oldest.find(
      (row) => row.ledgerConnectionId === first.ledgerConnectionId && row.legalEntity === first.legalEntity,
    );
    return [
      {
        connectionId: first.ledgerConnectionId,
        connection: connections.get(first.ledgerConnectionId)?.name ?? '',
        legalEntity: first.legalEntity,
        name: names.get(first) ?? null,
        positions: positionsOf(
          [...feedAccounts].flatMap((id) => accountOf.get(id) ?? []),
          reconciled,
        ),
        newToday: group.reduce(
          (sum, { id }) => sum + (made.get(id) ?? 0),
          own.reduce((sum, row) => sum + row.fresh, 0),
        ),
        toReview: count(TO_REVIEW),
        approved: count(new Set(['approved', 'posting'])),
        postedToday: own.reduce((sum, row) => sum + row.posted, 0),
        exceptions:
          count(EXCEPTIONS) +
          rowExceptions.filter((row) => row.feedAccountId !== null && feedAccounts.has(row.feedAccountId)).length,
        oldestOpen: old
          ? {
              ...{ proposalId: old.proposalId, date: old.date, text: old.text },
              days: Math.max(0, daysBetween(old.date, date)),
              amount: moneyOf(old.amountMinor, old.currency),
            }
          : null,
      },
    ];
  });
}

/** Per currency: what the newest reconciliations say, or the bank's own balances where one is missing. */
function positionsOf(accounts: readonly AccountView[], reconciled: ReadonlyMap<string, StoredReconciliation>) {
  const byCurrency = Map.groupBy(accounts, (account) => account.currency ?? '');
  byCurrency.delete('');
  return [...byCurrency].sort().map(([currency, group]) => {
    const made = group.map((account) => reconciled.get(account.id));
    const all = made.flatMap((one) => one ?? []);
    const complete = all.length === group.length;
    const sum = (amounts: readonly bigint[]) =>
      moneyOf(
        amounts.reduce((a, b) => a + b, 0n),
        currency,
      );
    if (!complete)
      return {
        currency,
        bank: sum(group.map((account) => account.balance?.current?.minor ?? 0n)),
        ...{ ledger: null, difference: null, explained: null, reconciledOn: null },
      };
    return {
      currency,
      bank: sum(all.map((one) => one.bank_minor)),
      ledger: sum(all.map((one) => one.ledger_minor)),
      difference: sum(all.map((one) => one.difference_minor)),
      explained: all.every((one) => one.explained === 1n),
      // The oldest of them: since then, nobody has proven the sum.
      reconciledOn: all.map((one) => one.date).sort()[0] ?? null,
    };
  });
}

async function healthOf({ daybook }: Work) {
  const feeds = (await daybook.feeds.listFeeds()).filter((feed) => feed.state !== 'removed');
  const connections = await daybook.feeds.listConnections();
  return [
    ...connections
      .filter((connection) => connection.state !== 'removed')
      .map((connection) => ({
        ...{ kind: 'connection' as const, id: connection.id, connectionId: connection.id, title: connection.name },
        ...{ environment: connection.environment, state: connection.state, code: connection.code },
        sentence: connection.sentence,
        repair: connection.lifecycle.repair,
        ...{ lastSuccessAt: null, lastAttemptAt: null, freshness: null, stale: false },
      })),
    ...feeds.map((feed) => ({
      ...{ kind: 'feed' as const, id: feed.id, connectionId: feed.connectionId },
      title: feed.institutionName ?? feed.connectionName,
      ...{ environment: feed.environment, state: feed.state, code: feed.code, sentence: feed.sentence },
      ...{ repair: feed.repair, lastSuccessAt: feed.lastSuccessAt, lastAttemptAt: feed.lastAttemptAt },
      ...{ freshness: feed.freshness.sentence, stale: feed.freshness.stale },
    })),
  ];
}
