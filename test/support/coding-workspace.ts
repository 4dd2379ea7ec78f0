import { type MappingInput, saveMapping } from '../../main/coding/mappings.ts';
import { canonicalJson } from '../../main/core/canonical.ts';
import { money } from '../../main/core/money.ts';
import { counterpartyKey } from '../../main/core/normalise.ts';
import { insertRows } from '../../main/store/bulk.ts';
import { loadProposals, type Proposal } from '../../main/store/proposals.ts';
import { type TempWorkspace, type TempWorkspaceOptions, tempWorkspace } from './temp-workspace.ts';

const AT = '2026-11-20T08:00:00.000Z';

export type LineSketch = {
  readonly account?: string;
  /** Decimal text; positive = money in. */
  readonly amount?: string;
  readonly currency?: string;
  readonly date?: string;
  readonly text?: string;
  readonly bankText?: string | null;
  readonly counterparty?: string | null;
  readonly reference?: string | null;
  readonly category?: string | null;
  readonly channel?: string | null;
  readonly state?: 'pending' | 'booked';
};

/** A workspace with a bank of two accounts, an ERP, and nothing mapped: what coding and review start from. */
export type CodingWorkspace = TempWorkspace & {
  map(change?: Partial<MappingInput>): Promise<string>;
  /** Keeps a reference of the ledger, empty but for what is given, as reading it would. */
  knowLedger(reference?: object): Promise<void>;
  /** Adds lines as the feed would; returns their ids. */
  lines(...sketches: LineSketch[]): Promise<number[]>;
  line(sketch?: LineSketch): Promise<number>;
  /** Changes a line as the feed would: one revision up. */
  amend(
    lineId: number,
    change: Omit<LineSketch, 'state'> & { state?: 'pending' | 'booked' | 'removed'; providerId?: string },
  ): Promise<void>;
  /** What posting would set. */
  setState(proposalId: string, state: Proposal['state']): Promise<void>;
  proposals(): Promise<Proposal[]>;
  /** The proposal that is the line's place. */
  place(lineId: number): Promise<Proposal>;
  events(action?: string): Promise<Array<{ action: string; actor: string; subject: string; data: unknown }>>;
};

export const OPERATING = 'facc_operating';
export const TRUST = 'facc_trust';
export const LEDGER = 'conn_erp';

export async function codingWorkspace(options: TempWorkspaceOptions = {}): Promise<CodingWorkspace> {
  const workspace = await tempWorkspace(options);
  const { store } = workspace;
  let count = 0;
  await store.write(async (trx) => {
    const connection = { config_json: '{}', state: 'healthy', state_at: AT, created_at: AT, updated_at: AT };
    await trx
      .insertInto('connection')
      .values([
        { id: 'conn_bank', kind: 'plaid', name: 'Banks', environment: 'sandbox', ...connection },
        { id: LEDGER, kind: 'd365', name: 'ERP', environment: 'sandbox', ...connection },
      ])
      .execute();
    await trx
      .insertInto('feed')
      .values({
        id: 'feed_1',
        connection_id: 'conn_bank',
        provider_feed_id: 'item_1',
        state: 'healthy',
        state_at: AT,
        history: 'complete',
        products_json: '[]',
        created_at: AT,
      })
      .execute();
    const account = { feed_id: 'feed_1', type: 'depository', search: '', first_seen_at: AT, last_seen_at: AT };
    await trx
      .insertInto('feed_account')
      .values([
        { id: OPERATING, provider_account_id: 'acc_1', name: 'Operating Account', mask: '1207', ...account },
        { id: TRUST, provider_account_id: 'acc_2', name: 'Tenant Deposits', mask: '4029', ...account },
      ])
      .execute();
  });
  const insert = async (sketches: readonly LineSketch[]) => {
    const first = count + 1;
    count += sketches.length;
    const rows = sketches.map((sketch, index) => {
      const { currency = 'USD', text = 'CARD PURCHASE', counterparty = null } = sketch;
      return [
        first + index,
        sketch.account ?? OPERATING,
        `line_${first + index}`,
        sketch.state ?? 'booked',
        money(sketch.amount ?? '-100.00', currency).minor,
        currency,
        sketch.date ?? '2026-11-18',
        text,
        sketch.bankText ?? null,
        counterparty,
        counterpartyKey(counterparty, text),
        sketch.reference ?? null,
        sketch.category ?? null,
        sketch.channel ?? null,
        '{}',
        1,
        'pull_1',
        'pull_1',
      ] as const;
    });
    await store.write((trx) =>
      insertRows(
        trx,
        'statement_line',
        [
          'id',
          'feed_account_id',
          'provider_line_id',
          'state',
          'amount_minor',
          'currency',
          'date',
          'text',
          'bank_text',
          'counterparty',
          'counterparty_key',
          'reference',
          'category',
          'channel',
          'payload',
          'revision',
          'first_pull_id',
          'last_pull_id',
        ],
        rows,
      ),
    );
    return rows.map(([id]) => id);
  };
  const all = async () => {
    const rows = await store.read.selectFrom('proposal').select('id').execute();
    return loadProposals(
      store.read,
      rows.map((row) => row.id),
    );
  };
  return {
    ...workspace,
    knowLedger: (reference = {}) =>
      store.write(async (trx) => {
        const row = {
          fetched_at: AT,
          data_json: JSON.stringify({
            ...{ legalEntity: 'USMF', accounts: [], bankAccounts: [], journalNames: [], parties: [] },
            ...{ dimensions: [], missing: [], ...reference },
          }),
        };
        await trx
          .insertInto('ledger_reference')
          .values({ connection_id: LEDGER, legal_entity: 'USMF', ...row })
          .onConflict((conflict) => conflict.columns(['connection_id', 'legal_entity']).doUpdateSet(row))
          .execute();
      }),
    map: async (change = {}) => {
      const saved = await saveMapping(
        workspace,
        {
          feedAccountId: OPERATING,
          ledgerConnectionId: LEDGER,
          legalEntity: 'USMF',
          bankAccount: change.feedAccountId === TRUST ? 'TRUST' : 'OPER',
          journalName: 'BankFeed',
          offsetAccount: null,
          dimensions: {},
          transferAccount: null,
          clearingAccount: null,
          pending: 'wait',
          grouping: 'account_day',
          startDate: null,
          suggestions: 'beside',
          autoApprove: false,
          ...change,
        },
        'Ada',
      );
      return saved.id;
    },
    lines: (...sketches) => insert(sketches),
    line: async (sketch = {}) => (await insert([sketch]))[0] ?? 0,
    amend: async (lineId, change) => {
      await store.write((trx) =>
        trx
          .updateTable('statement_line')
          .set((line) => ({
            revision: line('revision', '+', 1n),
            ...(change.amount === undefined
              ? {}
              : { amount_minor: money(change.amount, change.currency ?? 'USD').minor }),
            ...(change.date === undefined ? {} : { date: change.date }),
            ...(change.text === undefined ? {} : { text: change.text }),
            ...(change.category === undefined ? {} : { category: change.category }),
            ...(change.state === undefined ? {} : { state: change.state }),
            ...(change.providerId === undefined ? {} : { provider_line_id: change.providerId }),
          }))
          .where('id', '=', BigInt(lineId))
          .execute(),
      );
    },
    setState: async (proposalId, state) => {
      await store.write((trx) => trx.updateTable('proposal').set({ state }).where('id', '=', proposalId).execute());
    },
    proposals: all,
    place: async (lineId) => {
      const row = await store.read
        .selectFrom('proposal_line')
        .select('proposal_id')
        .where('line_id', '=', BigInt(lineId))
        .where('claim', '=', 1n)
        .executeTakeFirstOrThrow();
      const [proposal] = await loadProposals(store.read, [row.proposal_id]);
      if (!proposal) throw new Error('the place is gone');
      return proposal;
    },
    events: async (action) => {
      const rows = await store.read.selectFrom('audit_event').selectAll().orderBy('seq').execute();
      return rows
        .filter((row) => action === undefined || row.action === action)
        .map((row) => ({
          action: row.action,
          actor: row.actor,
          subject: row.subject,
          data: JSON.parse(row.data_json),
        }));
    },
  };
}

/** Everything that coding has written, to compare two moments. */
export async function contentOf(workspace: TempWorkspace): Promise<string> {
  const { read } = workspace.store;
  return canonicalJson(
    JSON.parse(
      JSON.stringify(
        {
          proposals: await read.selectFrom('proposal').selectAll().orderBy('id').execute(),
          offsets: await read
            .selectFrom('proposal_offset')
            .selectAll()
            .orderBy('proposal_id')
            .orderBy('position')
            .execute(),
          lines: await read.selectFrom('proposal_line').selectAll().orderBy('proposal_id').orderBy('line_id').execute(),
          events: await read.selectFrom('audit_event').select('seq').execute(),
          rules: await read.selectFrom('rule').selectAll().execute(),
        },
        (_, value) => (typeof value === 'bigint' ? value.toString() : value),
      ),
    ),
  );
}
