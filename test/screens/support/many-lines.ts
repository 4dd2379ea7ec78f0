import type { CallInput, CallName, CallOutput, SerialError, WireResult } from '../../../main/api/contract.ts';
import { calls } from '../../../main/api/contract.ts';
import { systemClock } from '../../../main/core/clock.ts';
import { decimalText, type Money, money } from '../../../main/core/money.ts';
import { silentLog } from '../../../main/core/ports.ts';
import { systemRandom } from '../../../main/core/random.ts';
import { startBrowserHost } from '../../../main/web/server.ts';
import { coded, hostile, type Item, makeRows, refused } from './rows.ts';

/**
 * Main's side of the review screen with as many rows as a spec wants, behind the real browser host: the contract's
 * schemas check what goes in and out, so that it cannot drift from main. It keeps the rows in memory, with undo.
 */
export type ManyLines = {
  readonly origin: string;
  /** A one-time address that lets a page in. */
  readonly url: () => string;
  readonly rows: Item[];
  /** Names and inputs of all calls, in their order. */
  readonly asked: { name: string; input: unknown }[];
  /** Makes the next call of a name fail. */
  readonly failNext: (name: CallName, error: SerialError) => void;
  /** Holds calls of a name back until the returned function is called. */
  readonly hold: (name: CallName) => () => void;
  readonly changed: () => void;
  /** All rows as they were first, nothing to undo, nothing asked. */
  readonly reset: () => void;
  readonly close: () => Promise<void>;
};

export type ManyLinesOptions = {
  readonly count: number;
  readonly rendererDir: string;
  readonly withRefused?: boolean;
  readonly withHostile?: boolean;
  readonly practice?: boolean;
};

type Handlers = { [N in CallName]?: (input: Parsed<N>, callId: string) => CallOutput<N> | Promise<CallOutput<N>> };
type Parsed<N extends CallName> = (typeof calls)[N]['input']['_zod']['output'];
type Filter = NonNullable<CallInput<'queue.list'>['filter']>;

const TAB_STATES: Readonly<Record<string, readonly string[]>> = {
  review: ['needs_person', 'ready'],
  ready: ['approved', 'posting'],
  posted: ['posted', 'reversed'],
  excluded: ['excluded'],
  exceptions: ['refused', 'different', 'unknown'],
};

export async function startManyLines(options: ManyLinesOptions): Promise<ManyLines> {
  const rows = makeRows(options.count);
  if (options.withRefused) for (const at of [3, 5]) if (rows[at]) rows[at] = refused(rows[at]);
  if (options.withHostile) for (const at of [0, 1]) if (rows[at]) rows[at] = hostile(rows[at]);
  const firstRows = [...rows];
  const asked: { name: string; input: unknown }[] = [];
  const failures = new Map<string, SerialError>();
  const held = new Map<string, Promise<void>>();
  const cancelled = new Set<string>();
  const urls: string[] = [];
  const steps: { sentence: string; before: Map<string, Item> }[] = [];
  const undone: { sentence: string; after: Map<string, Item> }[] = [];
  const views = new Map<string, unknown>();
  const byId = new Map(rows.map((row, index) => [row.id, index]));

  const write = (ids: readonly string[], sentence: string, change: (item: Item) => Item) => {
    const before = new Map<string, Item>();
    for (const id of ids) {
      const index = byId.get(id);
      const row = index === undefined ? undefined : rows[index];
      if (index === undefined || !row) continue;
      before.set(id, row);
      rows[index] = { ...change(row), revision: row.revision + 1 };
    }
    steps.push({ sentence, before });
    undone.length = 0;
    return { changed: [...before.keys()], undo: sentence };
  };
  const fits = (filter: Filter) => {
    const states = new Set<string>(filter.states ?? (filter.tab ? TAB_STATES[filter.tab] : undefined) ?? []);
    const words = (filter.search ?? '').toLowerCase().split(' ').filter(Boolean);
    return (item: Item) =>
      (states.size === 0 || states.has(item.state)) &&
      (!filter.feedAccountIds || filter.feedAccountIds.includes(item.feedAccount.id)) &&
      (!filter.direction || (filter.direction === 'out') === item.amount.amount.startsWith('-')) &&
      (!filter.codedBy || filter.codedBy.includes(item.codedBy)) &&
      (!filter.account || item.offsets.some((offset) => offset.account === filter.account)) &&
      words.every((word) => `${item.text} ${item.counterparty} ${item.bankText}`.toLowerCase().includes(word));
  };
  const selected = (filter: Filter, sort?: CallInput<'queue.list'>['sort']) => {
    const found = rows.filter(fits(filter));
    if (!sort) return found;
    const key = (item: Item) =>
      sort.by === 'amount' ? Number(item.amount.amount) : sort.by === 'date' ? item.date : (item.counterparty ?? '');
    const sign = sort.descending ? -1 : 1;
    return found.sort((a, b) => (key(a) < key(b) ? -sign : key(a) > key(b) ? sign : 0));
  };

  const handlers: Handlers = {
    'workspace.about': () => ({
      id: 'ws_1',
      name: 'Harbor Property Group',
      practice: options.practice ?? true,
      environments: ['sandbox'],
      timeZone: 'America/New_York',
      locale: 'en-GB',
      createdAt: '2026-11-01T08:00:00Z',
      today: '2026-11-20',
      folder: 'workspace',
      actor: 'A. Mercer',
      versions: { daybook: '0.1.0', node: '24', sqlite: '3.50', schema: 1 },
    }),
    'queue.list': ({ filter, sort, offset, limit }) => {
      const found = selected(filter, sort);
      return { offset, total: found.length, items: found.slice(offset, offset + limit), totals: totalsOf(found) };
    },
    'queue.ids': ({ filter, sort }) => ({ ids: selected(filter, sort).map(({ id }) => id) }),
    'queue.counts': ({ filter, saved }) => {
      const { tab: _, states: __, ...rest } = filter;
      const states: Record<string, number> = {};
      for (const row of rows.filter(fits(rest))) states[row.state] = (states[row.state] ?? 0) + 1;
      const tab = (name: string) => (TAB_STATES[name] ?? []).reduce((sum, state) => sum + (states[state] ?? 0), 0);
      return {
        tabs: {
          review: tab('review'),
          ready: tab('ready'),
          posted: tab('posted'),
          excluded: tab('excluded'),
          exceptions: tab('exceptions'),
        },
        states,
        rowExceptions: 0,
        saved: saved.map((one) => selected(one).length),
      };
    },
    'queue.get': ({ id }) => {
      const item = rows[byId.get(id) ?? -1];
      if (!item) throw new Error(`no ${id}`);
      return entryOf(item);
    },
    'proposals.approve': ({ ids }) => {
      const able = ids.filter((id) => rows[byId.get(id) ?? -1]?.needs.length === 0);
      const done = write(able, `approve ${able.length} lines`, (item) => ({
        ...item,
        state: 'approved',
        approvedBy: 'A. Mercer',
        error: null,
      }));
      const skipped = ids
        .filter((id) => !able.includes(id))
        .map((id) => ({ id, sentence: rows[byId.get(id) ?? -1]?.needs[0] ?? 'It is gone.' }));
      return { ...done, skipped };
    },
    'proposals.approvalPreview': ({ filter }) => {
      const { tab: _, ...rest } = filter;
      return {
        ready: totalsOf(selected({ ...rest, states: ['ready'] })),
        needsPerson: selected({ ...rest, states: ['needs_person'] }).length,
      };
    },
    'proposals.approveReady': ({ filter }) => {
      const { tab: _, ...rest } = filter;
      const ids = selected({ ...rest, states: ['ready'] }).map(({ id }) => id);
      return write(ids, `approve ${ids.length} lines`, (item) => ({
        ...item,
        state: 'approved',
        approvedBy: 'A. Mercer',
      }));
    },
    'proposals.unapprove': ({ ids }) =>
      write(ids, 'take approvals back', (item) => ({ ...item, state: 'ready', approvedBy: null })),
    'proposals.edit': ({ ids, change }) =>
      write(ids, `change ${ids.length} lines`, (item) => ({
        ...item,
        state: change.account !== undefined || item.needs.length === 0 ? 'ready' : item.state,
        needs: change.account === undefined ? item.needs : [],
        codedBy: change.account === undefined && change.dimensions === undefined ? item.codedBy : 'person',
        text: change.text ?? item.text,
        note: change.note === undefined ? item.note : change.note,
        error: null,
        offsets: item.offsets.map((offset, index) =>
          index > 0
            ? offset
            : {
                ...offset,
                account: change.account ?? offset.account,
                accountName: change.account === undefined ? offset.accountName : nameOf(change.account),
                accountType: change.accountType ?? offset.accountType,
                ...coded({ ...offset.dimensions, ...change.dimensions }),
              },
        ),
      })),
    'proposals.split': ({ id, parts }) =>
      write([id], 'split 1 line', (item) => {
        const total = money(item.amount.amount, 'USD').minor;
        let left = total;
        const made = parts.map((part) => {
          const direction = total < 0n ? -1n : 1n;
          const minor =
            part.amount !== undefined
              ? money(part.amount, 'USD').minor * direction
              : part.percent !== undefined
                ? (total * BigInt(Math.round(Number(part.percent) * 100))) / 10_000n
                : left;
          left -= minor;
          return {
            accountType: part.accountType,
            account: part.account,
            accountName: nameOf(part.account),
            ...coded(part.dimensions),
            amount: { amount: decimalText({ minor, currency: 'USD' }), currency: 'USD' },
            text: part.text ?? item.text,
          };
        });
        return { ...item, offsets: made, codedBy: 'person', state: 'ready', needs: [] };
      }),
    'proposals.takeAlternative': ({ ids }) =>
      write(ids, 'take the suggestion', (item) => ({
        ...item,
        codedBy: 'person',
        offsets: item.offsets.map((offset) => ({
          ...offset,
          account: item.alternative?.account ?? offset.account,
          accountName: item.alternative?.accountName ?? null,
        })),
        alternative: null,
      })),
    'proposals.exclude': ({ ids, reason }) =>
      write(ids, `exclude ${ids.length} lines`, (item) => ({
        ...item,
        state: 'excluded',
        excludedBy: 'A. Mercer',
        excludedWhy: reason,
      })),
    'proposals.include': ({ ids }) =>
      write(ids, 'bring back', (item) => ({ ...item, state: 'ready', excludedWhy: null })),
    'proposals.undo': () => {
      const step = steps.pop();
      if (!step)
        throw {
          code: 'not_found',
          retryable: false,
          repair: 'none',
          sentence: 'There is nothing to undo.',
        } satisfies SerialError;
      const after = new Map<string, Item>();
      for (const [id, item] of step.before) {
        const index = byId.get(id) ?? -1;
        const now = rows[index];
        if (now) after.set(id, now);
        rows[index] = item;
      }
      undone.push({ sentence: step.sentence, after });
      return { sentence: step.sentence, ids: [...step.before.keys()] };
    },
    'proposals.redo': () => {
      const step = undone.pop();
      if (!step)
        throw {
          code: 'not_found',
          retryable: false,
          repair: 'none',
          sentence: 'There is nothing to do again.',
        } satisfies SerialError;
      const before = new Map<string, Item>();
      for (const [id, item] of step.after) {
        const index = byId.get(id) ?? -1;
        const now = rows[index];
        if (now) before.set(id, now);
        rows[index] = item;
      }
      steps.push({ sentence: step.sentence, before });
      return { sentence: step.sentence, ids: [...before.keys()] };
    },
    'proposals.reverse': ({ id }) => ({ ids: [`${id}_r`] }),
    'proposals.takeBackPreview': () => ({ possible: true, sentence: null, journalNumber: 'J1', others: 2 }),
    'proposals.takeBack': ({ id }) => ({ id, outcome: 'taken_back', postedAgain: 2, failures: [] }),
    'post.preview': () => {
      const approved = rows.filter((row) => row.state === 'approved');
      const entities = [...new Set(approved.map((row) => row.legalEntity))];
      return {
        unfinished: 0,
        journals: entities.map((legalEntity, index) => {
          const own = approved.filter((row) => row.legalEntity === legalEntity);
          return {
            ledgerConnectionId: 'con_d365',
            ledgerConnection: 'Dynamics 365',
            environment: 'sandbox',
            legalEntity,
            journalName: 'BANK',
            reference: `DBJ${index}`,
            balances: null,
            description: 'Daybook 2026-11-20',
            entries: own.length,
            totals: totalsOf(own),
            rows: own.slice(0, 20).flatMap((item) => journalRowsOf(item)),
            moreRows: Math.max(0, own.length - 20),
          };
        }),
      };
    },
    'post.run': async (_, callId) => {
      const approved = rows.filter((row) => row.state === 'approved');
      const entities = [...new Set(approved.map((row) => row.legalEntity))];
      let posted = 0;
      for (const [index, legalEntity] of entities.entries()) {
        const own = approved.filter((row) => row.legalEntity === legalEntity);
        host.emit('work.progress', {
          callId,
          name: 'post.run',
          done: index,
          total: entities.length,
          sentence: `Posting ${own.length} lines to ${legalEntity}`,
        });
        await held.get('post.run');
        if (cancelled.has(callId))
          throw {
            code: 'cancelled',
            retryable: true,
            repair: 'none',
            sentence: 'Stopped before it was finished. What was posted stays posted.',
          } satisfies SerialError;
        for (const row of own)
          rows[byId.get(row.id) ?? -1] = {
            ...row,
            state: 'posted',
            journalNumber: `0000${index + 1}`,
            voucher: `V${row.lineId}`,
          };
        posted += own.length;
      }
      return { journals: entities.length, posted, refused: 0, different: 0, unknown: 0, failures: [], notPosted: [] };
    },
    'ledger.reference': ({ connectionId, legalEntity }) => ({
      connectionId,
      legalEntity,
      currency: 'USD',
      fetchedAt: '2026-11-20T07:00:00Z',
      accounts: CHART.length,
      customers: 2,
      vendors: 3,
      bankAccounts: [],
      journalNames: [],
      dimensions: [
        { name: 'BusinessUnit', label: 'BusinessUnit', hint: null, values: 3, valueNames: {} },
        { name: 'CostCenter', label: 'CostCenter', hint: null, values: 4, valueNames: {} },
      ],
      posting: { grouping: null, transfersEachSide: false },
      periods: [],
      missing: [],
    }),
    'ledger.search': ({ kind, dimension, query, limit }) => {
      const list =
        kind === 'ledger'
          ? CHART
          : kind === 'vendor'
            ? PARTIES
            : kind === 'dimension'
              ? (DIMENSIONS[dimension ?? ''] ?? [])
              : [];
      const words = query.toLowerCase();
      return list
        .filter(([code, name]) => code.toLowerCase().startsWith(words) || name.toLowerCase().includes(words))
        .slice(0, limit)
        .map(([code, name], index) => ({ code, name, usable: true, recent: query === '' && index < 2, detail: null }));
    },
    'accounts.list': () => [],
    'connections.list': () => [],
    'today.get': () => ({
      date: '2026-11-20',
      entities: [],
      unmapped: [],
      gaps: [],
      health: [],
      lastRun: null,
      sinceThen: { runs: 0, newLines: 0 },
      nextRun: '2026-11-20T17:00:00Z',
      waiting: null,
    }),
    'views.list': () =>
      [...views].map(([name, state]) => ({
        name,
        state: state as CallOutput<'views.list'>[number]['state'],
        savedAt: '2026-11-20T07:00:00Z',
      })),
    'views.save': ({ name, state }) => {
      views.set(name, state);
      return {};
    },
    'views.delete': ({ name }) => {
      views.delete(name);
      return {};
    },
    'search.all': ({ query }) =>
      rows
        .filter(fits({ search: query }))
        .slice(0, 4)
        .map((row) => ({
          kind: 'entry' as const,
          id: row.id,
          title: row.text,
          detail: row.bankText ?? '',
          date: row.date,
          amount: row.amount,
          legalEntity: null,
        })),
    'export.queue': ({ filter }) => ({
      name: 'daybook-review.csv',
      mediaType: 'text/csv',
      encoding: 'utf8',
      content: 'date,amount\n',
      rows: selected(filter).length,
    }),
    'work.cancel': ({ callId }) => {
      cancelled.add(callId);
      return { cancelled: true };
    },
    'work.list': () => [],
    'mappings.list': () => [],
    'activity.exceptions': () => ({ rows: [], totalRows: 0, entries: [], totalEntries: 0 }),
    'activity.retry': ({ id }) => {
      write([id], 'retry', (item) => ({ ...item, state: 'posted', error: null }));
      return { id, state: 'posted', error: null };
    },
    'sync.run': () => {
      throw {
        code: 'provider_down',
        retryable: true,
        repair: 'wait',
        sentence: 'First Harbor Bank does not answer. Nothing was lost; the next run asks again.',
      } satisfies SerialError;
    },
  };

  const run = async (envelope: unknown): Promise<WireResult> => {
    const { name, input, callId } = envelope as { name: CallName; input: unknown; callId: string };
    asked.push({ name, input });
    const failure = failures.get(name);
    failures.delete(name);
    if (failure) return { ok: false, error: failure };
    const handler = handlers[name] as ((input: unknown, callId: string) => unknown) | undefined;
    const definition = calls[name];
    if (!handler || !definition) throw new Error(`The specs' main has no ${name}`);
    if (name !== 'post.run') await held.get(name);
    try {
      const value = definition.output.parse(await handler(definition.input.parse(input), callId));
      if (definition.changes) host.emit('changed', { topics: definition.changes });
      return { ok: true, value };
    } catch (thrown) {
      if (typeof thrown === 'object' && thrown !== null && 'code' in thrown && 'sentence' in thrown)
        return { ok: false, error: thrown as SerialError };
      throw thrown;
    }
  };
  const host = await startBrowserHost({
    api: { call: run },
    ports: { clock: systemClock(), random: systemRandom(), log: silentLog },
    rendererDir: options.rendererDir,
    onOpened: (next) => urls.push(next),
  });
  urls.push(host.url);
  return {
    origin: host.origin,
    url: () => urls.at(-1) ?? host.url,
    rows,
    asked,
    failNext: (name, error) => failures.set(name, error),
    hold: (name) => {
      let release = () => {};
      held.set(name, new Promise((resolve) => (release = resolve)));
      return () => {
        held.delete(name);
        release();
      };
    },
    changed: () => host.emit('changed', { topics: ['queue'] }),
    reset: () => {
      rows.splice(0, rows.length, ...firstRows);
      for (const list of [steps, undone, asked]) list.length = 0;
      for (const kept of [views, failures, held, cancelled]) kept.clear();
    },
    close: () => host.close(),
  };
}

const CHART: readonly (readonly [string, string])[] = [
  ['401100', 'Rental income'],
  ['604200', 'Repairs and maintenance'],
  ['604210', 'Elevator service'],
  ['604300', 'Cleaning'],
  ['604900', 'Other property costs'],
  ['605100', 'Utilities'],
  ['605110', 'Water and sewer'],
  ['606100', 'Telephone'],
  ['607100', 'Office supplies'],
  ['608100', 'Insurance'],
];
const PARTIES: readonly (readonly [string, string])[] = [
  ['V-1001', 'Con Edison'],
  ['V-1002', 'Otis Elevator Company'],
  ['V-1003', 'Sherwin-Williams'],
];
const DIMENSIONS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  BusinessUnit: [
    ['001', 'Residential'],
    ['002', 'Commercial'],
    ['003', 'Group'],
  ],
  CostCenter: [
    ['ADMIN', 'Administration'],
    ['PROP', 'Properties'],
    ['RENT', 'Rent'],
    ['IT', 'Technology'],
  ],
};

function nameOf(account: string): string | null {
  return [...CHART, ...PARTIES].find(([code]) => code === account)?.[1] ?? null;
}

function totalsOf(items: readonly Item[]): CallOutput<'queue.list'>['totals'] {
  let [debit, credit] = [0n, 0n];
  for (const { amount } of items) {
    const { minor } = money(amount.amount, amount.currency);
    if (minor < 0n) credit -= minor;
    else debit += minor;
  }
  const usd = (minor: bigint): { amount: string; currency: string } => ({
    amount: decimalText({ minor, currency: 'USD' } satisfies Money),
    currency: 'USD',
  });
  return {
    count: items.length,
    currencies:
      items.length === 0
        ? []
        : [{ count: items.length, debit: usd(debit), credit: usd(credit), net: usd(debit - credit) }],
  };
}

function journalRowsOf(item: Item): CallOutput<'post.preview'>['journals'][number]['rows'] {
  const plain = { amount: item.amount.amount.replace('-', ''), currency: item.amount.currency };
  const into = !item.amount.amount.startsWith('-');
  const [first] = item.offsets;
  return [
    {
      reference: item.reference,
      date: item.date,
      accountType: 'bank',
      account: item.account,
      accountName: 'Operating account',
      dimensions: {},
      text: item.text,
      debit: into ? plain : null,
      credit: into ? null : plain,
      offset: first
        ? {
            accountType: first.accountType,
            account: first.account ?? '',
            accountName: first.accountName,
            dimensions: first.dimensions,
          }
        : null,
    },
  ];
}

function entryOf(item: Item): CallOutput<'queue.get'> {
  return {
    item,
    lines: [
      {
        id: item.lineId ?? '1',
        account: item.feedAccount,
        state: 'booked',
        date: item.date,
        authorizedDate: null,
        amount: item.amount,
        text: item.lineText,
        bankText: item.bankText,
        counterparty: item.counterparty,
        reference: 'TRN 8831-22',
        checkNumber: null,
        category: 'RENT_AND_UTILITIES',
        channel: null,
        revision: 0,
      },
    ],
    journal:
      item.needs.length > 0
        ? null
        : {
            legalEntity: item.legalEntity,
            journalName: item.journalName,
            period: 'November 2026',
            rows: journalRowsOf(item),
          },
    reasons: [
      { by: item.codedBy, sentence: item.reason, inForce: true },
      ...(item.alternative
        ? [{ by: item.alternative.codedBy, sentence: item.alternative.reason, inForce: false }]
        : []),
    ],
    related: [],
    history: [
      {
        seq: 11,
        at: '2026-11-20T12:31:07Z',
        actor: 'schedule',
        action: 'feed.synced',
        sentence: 'Fetched from First Harbor Bank.',
      },
      {
        seq: 12,
        at: '2026-11-20T12:31:09Z',
        actor: 'coding',
        action: 'proposal.made',
        sentence: 'Proposed as an entry.',
      },
    ],
  };
}
