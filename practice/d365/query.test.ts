import { expect, test } from 'vitest';
import { PRACTICE_ENVIRONMENT } from './index.ts';
import { errorText, openPractice } from './testing.ts';

test('without cross-company only the default company is seen, and a filter on another gives an empty 200', async () => {
  const { call, rows } = await openPractice();
  const own = await call('GET', "BankAccounts?$filter=dataAreaId eq 'hpgr'");
  expect(own.status).toBe(200);
  expect(own.json.value).toEqual([]);
  expect(await rows('BankAccounts', { $filter: "dataAreaId eq 'hpgr'" })).not.toEqual([]);
  expect((await call('GET', "BankAccounts(dataAreaId='hpgr',BankAccountId='HPGR-OPER')")).status).toBe(404);
  const crossed = "BankAccounts(dataAreaId='hpgr',BankAccountId='hpgr-oper')?cross-company=true";
  expect((await call('GET', crossed)).json.BankAccountId).toBe('HPGR-OPER');
});

test.each([
  ['eq without regard to case', "VendorAccountNumber eq 'v-1999'", ['V-1999']],
  ['a wildcard inside eq', "VendorOrganizationName eq 'Closed*'", ['V-1999']],
  ['several wildcards', "VendorOrganizationName eq '*osed*ntract*'", ['V-1999']],
  ['that no letter serves two pieces', "VendorOrganizationName eq 'Closed Contractor*r'", []],
  ['an enum literal', "OnHoldStatus eq Microsoft.Dynamics.DataEntities.CustVendorBlocked'All'", ['V-1999']],
  [
    'and, or, not, parentheses',
    "(VendorAccountNumber eq 'V-1999' or VendorAccountNumber eq 'x') and not (OnHoldStatus eq Microsoft.Dynamics.DataEntities.CustVendorBlocked'No')",
    ['V-1999'],
  ],
  [
    'and binds tighter than or',
    "VendorAccountNumber eq 'V-1999' or VendorAccountNumber eq 'x' and VendorAccountNumber eq 'y'",
    ['V-1999'],
  ],
])('the filter knows %s', async (_, filter, expected) => {
  const { rows } = await openPractice();
  const found = await rows('VendorsV3', {
    $filter: `dataAreaId eq 'hpgm' and (${filter})`,
    $select: 'VendorAccountNumber',
  });
  expect(found.map((row) => row.VendorAccountNumber)).toEqual(expected);
});

test.each([
  ["VendorAccountNumber in ('V-1999')"],
  ["contains(VendorAccountNumber,'V')"],
  ["OnHoldStatus has Microsoft.Dynamics.DataEntities.CustVendorBlocked'All'"],
  ["OnHoldStatus eq 'All'"],
  ["OnHoldStatus gt Microsoft.Dynamics.DataEntities.CustVendorBlocked'No'"],
  ["Nothing eq 'x'"],
  ['VendorAccountNumber eq V-1999'],
  ["VendorAccountNumber eq 'V-1999' and"],
])('the filter %s is refused with 400', async (filter) => {
  const { call } = await openPractice();
  const answer = await call('GET', `VendorsV3?${new URLSearchParams({ $filter: filter })}`);
  expect(answer.status).toBe(400);
  expect(errorText(answer)).not.toBe('');
});

test('dates are unquoted instants, and a date column stands at noon', async () => {
  const { rows, call } = await openPractice();
  const periods = await rows('FiscalPeriods', {
    $filter: 'StartDate ge 2026-09-01T00:00:00Z and StartDate lt 2026-10-01T00:00:00Z',
  });
  expect(periods.map((row) => row.StartDate)).toEqual(['2026-09-01T12:00:00Z']);
  const quoted = await call('GET', "FiscalPeriods?$filter=StartDate ge '2026-09-01T00:00:00Z'");
  expect(quoted.status).toBe(400);
});

test('what is empty is an empty text or 1900-01-01 at noon, never null', async () => {
  const { rows } = await openPractice();
  const [account] = await rows('MainAccounts', { $filter: "MainAccountId eq '405000'" });
  expect(account).toMatchObject({ DefaultCurrency: '', ActiveFrom: '1900-01-01T12:00:00Z', IsSuspended: 'No' });
  expect(Object.values(account ?? {})).not.toContain(null);
});

test('companies are answered in lower case by some sets and in upper case by others', async () => {
  const { rows } = await openPractice();
  const [vendor] = await rows('VendorsV3', { $top: '1' });
  const [bank] = await rows('BankAccounts', { $top: '1' });
  expect([vendor?.dataAreaId, bank?.dataAreaId]).toEqual(['hpgm', 'HPGM']);
});

test('pages follow an absolute nextLink and together hold every row once, within $top', async () => {
  const { call, control, rows } = await openPractice();
  const all = await rows('MainAccounts', { $select: 'MainAccountId' });
  control.settings.pageSize = 7;
  const read = async (path: string) => {
    const seen: unknown[] = [];
    let pages = 0;
    for (let next: string | undefined = path; next !== undefined; pages++) {
      const answer = await call('GET', next);
      const link = answer.json['@odata.nextLink'];
      expect(link === undefined || String(link).startsWith(`${PRACTICE_ENVIRONMENT}/data/MainAccounts?`)).toBe(true);
      for (const row of Array.isArray(answer.json.value) ? answer.json.value : []) seen.push(row.MainAccountId);
      next = link === undefined ? undefined : String(link).slice(`${PRACTICE_ENVIRONMENT}/data/`.length);
    }
    return { seen, pages };
  };
  const plain = await read('MainAccounts?$select=MainAccountId&$count=true');
  expect(plain.seen).toEqual(all.map((row) => row.MainAccountId));
  expect(plain.pages).toBe(Math.ceil(all.length / 7));
  const ordered = await read('MainAccounts?$orderby=MainAccountId desc&$top=20');
  expect(ordered.seen).toEqual(
    all
      .map((row) => row.MainAccountId)
      .toSorted()
      .toReversed()
      .slice(0, 20),
  );
});

test('paging by $skip without a total order repeats rows; with one it does not', async () => {
  const { rows } = await openPractice();
  const ids = async (query: Record<string, string>) =>
    (await rows('MainAccounts', { $select: 'MainAccountId', ...query })).map((row) => String(row.MainAccountId));
  const pages = async (order: Record<string, string>) => [
    ...(await ids({ $top: '20', ...order })),
    ...(await ids({ $top: '20', $skip: '20', ...order })),
  ];
  const loose = await pages({});
  const total = await pages({ $orderby: 'ChartOfAccounts,MainAccountId' });
  expect(new Set(total).size).toBe(total.length);
  expect(new Set(loose).size).toBeLessThan(loose.length);
});

test('a key must name every key field, and a quote in it is doubled', async () => {
  const { call, control } = await openPractice();
  control.addRecord('CustomersV3', { dataAreaId: 'HPGM', CustomerAccount: "O'Neil", OrganizationName: 'O’Neil' });
  const key = encodeURIComponent("dataAreaId='hpgm',CustomerAccount='O''Neil'");
  expect((await call('GET', `CustomersV3(${key})`)).json.CustomerAccount).toBe("O'Neil");
  expect((await call('GET', "CustomersV3('O''Neil')")).status).toBe(400);
});

test('an unknown set, and a set that the roles hide, are not found; a set without rights is forbidden', async () => {
  const { call, control } = await openPractice();
  expect(errorText(await call('GET', 'Journals'))).toBe("Resource not found for the segment 'Journals'.");
  control.denySet('BankAccounts', 'hidden');
  control.denySet('Ledgers', 'forbidden');
  expect((await call('GET', 'BankAccounts')).status).toBe(404);
  expect((await call('GET', 'Ledgers')).status).toBe(403);
});

test('$count counts all matches, $select keeps the order asked for', async () => {
  const { call } = await openPractice();
  const answer = await call('GET', 'Currencies?$count=true&$top=1&$select=Name,CurrencyCode');
  expect(answer.json['@odata.count']).toBe(3);
  expect(Object.keys(Array.isArray(answer.json.value) ? answer.json.value[0] : {})).toEqual([
    '@odata.etag',
    'Name',
    'CurrencyCode',
  ]);
});
