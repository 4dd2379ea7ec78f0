import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { D365_SECRET, harborSetup, PLAID_SECRET } from '../../practice/harbor/setup.ts';
import { alone } from '../../test/support/connector-ports.ts';
import { type TempWorkspace, tempWorkspace } from '../../test/support/temp-workspace.ts';
import { listMappings } from '../coding/mappings.ts';
import { listRules } from '../coding/rules.ts';
import { connectorModules, moduleFor } from '../connectors/registry.ts';
import { silentLog } from '../core/ports.ts';
import { createFeeds } from '../feeds/index.ts';
import { openVault } from '../vault/vault.ts';
import { applySetup } from './apply.ts';
import { exportSetup } from './export.ts';
import { setupJsonSchema } from './json-schema.ts';
import type { SetupContext } from './ports.ts';

let w: TempWorkspace;
let context: SetupContext;
/** Accounts that the fake bank shows for a token. */
let banks: Record<string, ReadonlyArray<{ name: string; mask: string }>>;
let env: Record<string, string | undefined>;

const document = () => ({
  connections: [
    {
      kind: 'plaid',
      name: 'Banks',
      environment: 'sandbox',
      endpoint: 'http://127.0.0.1:1',
      clientId: 'client-1',
      secret: { env: 'PLAID' },
      items: [{ accessToken: { env: 'TOKEN_1' } }],
    },
    {
      kind: 'd365',
      name: 'ERP',
      environment: 'sandbox',
      endpoint: 'http://127.0.0.1:2',
      tokenEndpoint: 'http://127.0.0.1:3',
      tenant: 'contoso.com',
      clientId: 'client-2',
      secret: { env: 'ERP_SECRET' },
    },
  ],
  mappings: [
    {
      feedAccount: { mask: '0000' },
      ledger: { connection: 'ERP', legalEntity: 'USMF' },
      bankAccount: 'OPER',
      journalName: 'BankFeed',
      offsetAccount: '605000',
      pending: 'wait',
    },
  ],
  rules: [
    { name: 'Gas', when: { field: 'text', contains: 'gas' }, then: { account: '605100' } },
    { name: 'Fees', when: { all: [{ field: 'amount', to: '0' }] }, then: { account: '618160' }, autoApprove: true },
  ],
});

beforeEach(async () => {
  w = await tempWorkspace();
  banks = {
    'token-1': [
      { name: 'Checking', mask: '0000' },
      { name: 'Savings', mask: '1111' },
    ],
  };
  env = { PLAID: 'plaid-secret', ERP_SECRET: 'erp-secret', TOKEN_1: 'token-1', TOKEN_2: 'token-2' };
  const vault = await openVault({ ...w, passphrase: 'correct horse', cost: { N: 2 ** 10, r: 8, p: 1 } });
  const ports = {
    ...w,
    fetch: () => Promise.reject(new Error('nothing may be sent')),
    log: silentLog,
    processes: alone,
  };
  const feeds = createFeeds({ store: w.store, vault, moduleFor, ports });
  context = { ...w, feeds: { ...feeds, registerFeed }, moduleFor, env };
});
afterEach(() => w.close());

/** Stands in for the bank: what registering a token does to the workspace. */
const registerFeed: SetupContext['feeds']['registerFeed'] = async (connectionId, { accessToken }) => {
  const id = `feed_${accessToken}`;
  const at = '2026-11-20T08:00:00.000Z';
  return w.store.write(async (trx) => {
    if (await trx.selectFrom('feed').select('id').where('id', '=', id).executeTakeFirst())
      return { feedId: id, outcome: 'unchanged' };
    await trx
      .insertInto('feed')
      .values({
        id,
        connection_id: connectionId,
        provider_feed_id: id,
        institution_name: 'Tidewater',
        state: 'healthy',
        state_at: at,
        history: 'unknown',
        products_json: '[]',
        created_at: at,
      })
      .execute();
    for (const { name, mask } of banks[accessToken] ?? [])
      await trx
        .insertInto('feed_account')
        .values({
          id: `facc_${accessToken}_${name}`,
          feed_id: id,
          provider_account_id: name,
          name,
          mask,
          type: 'depository',
          search: '',
          first_seen_at: at,
          last_seen_at: at,
        })
        .execute();
    return { feedId: id, outcome: 'added' };
  });
};

const apply = (value: unknown) => applySetup(context, value, 'Ada');
const refusal = async (value: unknown) => {
  const error = await apply(value).then(
    () => null,
    (thrown: Error & { code: string; path: string }) => thrown,
  );
  if (error === null) throw new Error('it was applied');
  return error;
};
/** The document with one field changed, by a path such as `mappings.0.journalName`; undefined removes it. */
const withField = (path: string, value: unknown) => {
  const changed = document();
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const parent = keys.reduce<unknown>((node, key) => Reflect.get(Object(node), key), changed);
  Reflect.set(Object(parent), last, value);
  return JSON.parse(JSON.stringify(changed));
};
const events = () => w.store.read.selectFrom('audit_event').select('seq').execute();

describe('apply', () => {
  test('makes connections, linked items, mappings and rules', async () => {
    expect(await apply(document())).toEqual({
      connections: [
        { name: 'Banks', outcome: 'created' },
        { name: 'ERP', outcome: 'created' },
      ],
      feeds: [{ connection: 'Banks', id: 'feed_token-1', outcome: 'created' }],
      mappings: [{ account: '"Checking" 0000 at Tidewater', outcome: 'created' }],
      rules: [
        { name: 'Gas', outcome: 'created' },
        { name: 'Fees', outcome: 'created' },
      ],
      reordered: false,
      recoded: 0,
      changed: true,
    });
    expect(await listMappings(w.store.read)).toMatchObject([
      { legalEntity: 'USMF', bankAccount: 'OPER', grouping: 'account_day', suggestions: 'beside', autoApprove: false },
    ]);
  });

  test('twice changes nothing: every part is unchanged and the trail has no new event', async () => {
    await apply(document());
    const before = await events();
    const again = await apply(document());
    expect(again.changed).toBe(false);
    expect(
      [...again.connections, ...again.feeds, ...again.mappings, ...again.rules].map((part) => part.outcome),
    ).toEqual(Array(6).fill('unchanged'));
    expect(await events()).toEqual(before);
  });

  test('the practice company applies as it is', async () => {
    banks = {
      'token-1': ['1207', '1215', '8834', '4011', '4029', '7702', '7710'].map((mask) => ({
        name: `Account ${mask}`,
        mask,
      })),
    };
    Object.assign(env, { [PLAID_SECRET]: 'x', [D365_SECRET]: 'y' });
    const harbor = harborSetup({
      firstDay: '2026-03-02',
      plaid: { endpoint: 'http://127.0.0.1:1', clientId: 'c', tokens: ['TOKEN_1'] },
      d365: { endpoint: 'http://127.0.0.1:2', tokenEndpoint: 'http://127.0.0.1:3', tenant: 't', clientId: 'c' },
    });
    const result = await apply(harbor);
    expect(result.mappings).toHaveLength(7);
    expect((await apply(harbor)).changed).toBe(false);
  });

  test('a part that is left out stays, and rules follow the order of the document', async () => {
    await apply(document());
    const { rules } = document();
    expect(await apply({ rules: rules.toReversed() })).toMatchObject({ reordered: true, mappings: [] });
    expect((await listRules(w.store.read)).map((rule) => rule.document.name)).toEqual(['Fees', 'Gas']);
    expect(await listMappings(w.store.read)).toHaveLength(1);
  });

  test('a changed mapping is updated in place', async () => {
    await apply(document());
    const result = await apply(withField('mappings.0.offsetAccount', '699000'));
    expect(result.mappings).toMatchObject([{ outcome: 'updated' }]);
    expect(await listMappings(w.store.read)).toMatchObject([{ offsetAccount: '699000' }]);
  });
});

describe('a wrong document', () => {
  test.each([
    ['mappings.0.journalName', undefined, 'mappings[0].journalName', 'is missing'],
    ['mappings.0.journalname', 'x', 'mappings[0].journalname', 'is not a field that Daybook knows'],
    ['mappings.0.pending', 'maybe', 'mappings[0].pending', 'expected one of'],
    ['mappings.0.startDate', '2026-02-30', 'mappings[0].startDate', 'must be a date'],
    ['mappings.0.feedAccount', {}, 'mappings[0].feedAccount', 'needs a mask'],
    ['mappings.0.ledger.legalEntity', 7, 'mappings[0].ledger.legalEntity', 'expected string'],
    ['mappings.0.ledger.connection', 'Other', 'mappings[0].ledger.connection', 'Use one of "ERP"'],
    ['rules.1.when.all.0.to', 'much', 'rules[1].when.all[0].to', 'must be an amount'],
    ['rules.0.then.acount', '1', 'rules[0].then.acount', 'is not a field'],
    ['rules.1.name', 'Gas', 'rules[1].name', 'is there twice'],
    ['connections.0.kind', 'bank', 'connections[0].kind', 'Use one of: plaid, d365'],
    ['connections.0.environment', 'live', 'connections[0].environment', 'expected one of'],
    ['connections.0.secret', 'sk-123', 'connections[0].secret', 'must be {"env":"NAME"}'],
    ['connections.0.clientID', 'x', 'connections[0].clientID', 'is not a field'],
    ['connections.0.countryCodes', ['XX'], 'connections[0].countryCodes[0]', 'expected one of'],
    ['connections.1.items', [{ accessToken: { env: 'A' } }], 'connections[1].items', 'only a bank connection'],
    ['connections.1.environment', 'production', 'connections[1].endpoint', 'https'],
  ])('%s is named with its path, and nothing is changed', async (field, value, path, what) => {
    const error = await refusal(withField(field, value));
    expect(error).toMatchObject({ code: 'setup_invalid', path });
    expect(error.message).toContain(what);
    expect(await w.store.read.selectFrom('connection').select('id').execute()).toEqual([]);
  });

  test('a secret that was written into the document is not repeated in the error', async () => {
    expect((await refusal(withField('connections.0.secret', 'sk-123'))).message).not.toContain('sk-123');
  });

  test('a missing environment variable is named', async () => {
    env.ERP_SECRET = undefined;
    const error = await refusal(document());
    expect(error).toMatchObject({ code: 'secret_missing', path: 'connections[1].secret' });
    expect(error.message).toContain('ERP_SECRET');
    expect(await w.store.read.selectFrom('connection').select('id').execute()).toEqual([]);
  });

  test('an ambiguous mask names the candidates, and a name or connection settles it', async () => {
    banks['token-2'] = [{ name: 'Payroll', mask: '0000' }];
    const two = withField('connections.0.items', [
      { accessToken: { env: 'TOKEN_1' } },
      { accessToken: { env: 'TOKEN_2' } },
    ]);
    const error = await refusal(two);
    expect(error).toMatchObject({ code: 'setup_invalid', path: 'mappings[0].feedAccount' });
    expect(error.message).toContain('"Checking" 0000 at Tidewater (id facc_token-1_Checking, connection "Banks")');
    expect(error.message).toContain('"Payroll" 0000');
    two.mappings[0].feedAccount = { mask: '0000', name: 'payroll' };
    expect((await apply(two)).mappings).toMatchObject([{ account: '"Payroll" 0000 at Tidewater' }]);
  });

  test('a mask that no account has names those that are there', async () => {
    const error = await refusal(withField('mappings.0.feedAccount.mask', '9999'));
    expect(error.message).toContain('Known are "Checking" 0000 at Tidewater, "Savings" 1111 at Tidewater');
  });

  test('a sandbox bank cannot be mapped to a production ledger', async () => {
    const mixed = document();
    const [bank, erp] = mixed.connections;
    const production = { ...erp, environment: 'production', endpoint: 'https://contoso.operations.dynamics.com' };
    const error = await refusal({
      ...mixed,
      connections: [bank, JSON.parse(JSON.stringify({ ...production, tokenEndpoint: undefined }))],
    });
    expect(error).toMatchObject({ code: 'wrong_environment', path: 'mappings[0].ledger.connection' });
  });
});

describe('export', () => {
  test('gives a document that applies without a change, with secrets as names only', async () => {
    await apply(document());
    const exported = await exportSetup(context);
    const text = JSON.stringify(exported);
    for (const secret of ['plaid-secret', 'erp-secret', 'token-1"']) expect(text).not.toContain(secret);
    expect(exported.connections).toMatchObject([
      { name: 'Banks', secret: { env: 'PLAID' }, items: [{ accessToken: { env: 'TOKEN_1' } }] },
      { name: 'ERP', secret: { env: 'ERP_SECRET' } },
    ]);
    expect(exported.mappings).toMatchObject([{ feedAccount: { mask: '0000' }, offsetAccount: '605000' }]);
    expect(exported.rules).toEqual(document().rules);
    expect((await apply(JSON.parse(text))).changed).toBe(false);
  });

  test('a bank linked in the browser gets a name for its token', async () => {
    await apply(document());
    const bank = (await context.feeds.listConnections()).find(({ name }) => name === 'Banks');
    await registerFeed(bank?.id ?? '', { providerFeedId: '', accessToken: 'token-2' }, 'Ada');
    const exported = await exportSetup(context);
    expect(exported.connections?.[0]?.items?.[1]).toEqual({ accessToken: { env: 'DAYBOOK_BANKS_ITEM_2' } });
  });
});

test('docs/setup.schema.json is the schema of the document (vitest run main/setup --update writes it)', async () => {
  const text = `${JSON.stringify(setupJsonSchema(connectorModules), null, 2)}\n`;
  await expect(text).toMatchFileSnapshot('../../docs/setup.schema.json');
});

test('the schema in docs/ accepts the document and refuses a field with a typing error', () => {
  const validate = new Ajv2020({ strict: false }).compile(setupJsonSchema(connectorModules));
  expect(validate(document())).toBe(true);
  expect(validate(withField('mappings.0.journalname', 'x'))).toBe(false);
  expect(validate(withField('connections.0.clientID', 'x'))).toBe(false);
  expect(validate(withField('rules.0.when.all', []))).toBe(false);
});
