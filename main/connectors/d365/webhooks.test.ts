import { expect, test } from 'vitest';
import type { RawNotice } from '../webhooks.ts';
import { createWebhooks } from './webhooks.ts';

const SECRET = `${'d'.repeat(43)}${'c'.repeat(43)}`;
const RECEIVED = '2026-03-10T12:00:01.000Z';
const webhooks = createWebhooks();
const translate = (raw: RawNotice, own: string | null = SECRET) =>
  webhooks.translateNotice(raw, { knowsFeed: async () => false, ownPathSecret: async () => own, stop: undefined });

const EVENT = {
  BusinessEventId: 'VendorPaymentPostedBusinessEvent',
  BusinessEventLegalEntity: 'USMF',
  ContextRecordSubject: '',
  ControlNumber: 5_637_611_083,
  EventId: '3C47A4CD-6EDC-4319-B893-3F862EED65FD',
  EventTime: '/Date(1773144000000)/',
  EventTimeIso8601: '2026-03-10T12:00:00.1',
  InitiatingUserAADObjectId: '{00000000-0000-0000-0000-000000000000}',
  MajorVersion: 0,
  MinorVersion: 0,
  PaymentAmount: 12.5,
};
const raw = (body: string, more: Partial<RawNotice> = {}): RawNotice => ({
  ...{ body: new TextEncoder().encode(body), headers: new Map(), receivedAt: RECEIVED, pathSecret: SECRET },
  ...more,
});
const notice = (change: object = {}, more: Partial<RawNotice> = {}) =>
  raw(JSON.stringify({ ...EVENT, ...change }), more);
const readsFor = async (BusinessEventId: string) => {
  const verdict = await translate(notice({ BusinessEventId }));
  return verdict.verdict === 'genuine' ? verdict.reasons.map(({ reads }) => reads) : verdict;
};
const keyOf = async (change: object, more: Partial<RawNotice> = {}) => {
  const verdict = await translate(notice(change, more));
  return verdict.verdict === 'genuine' ? verdict.dedupeKey : verdict;
};

test('a genuine event is a reason to read in its legal entity, and nothing of its text is believed', async () => {
  expect(await translate(notice())).toEqual({
    verdict: 'genuine',
    reasons: [
      {
        ...{ reads: 'entries', legalEntity: 'USMF', providerFeedId: null, action: '', key: null },
        topic: 'VendorPaymentPostedBusinessEvent',
      },
    ],
    facts: [],
    providerFeedId: null,
    dedupeKey: '3c47a4cd-6edc-4319-b893-3f862eed65fd',
  });
});

test('an event inside a JSON string is read as well, with or without a byte order mark', async () => {
  const twice = JSON.stringify(JSON.stringify(EVENT));
  expect(await translate(raw(twice))).toEqual(await translate(notice()));
  expect(await translate(raw(`\uFEFF${JSON.stringify(EVENT)}`))).toEqual(await translate(notice()));
});

test.each([
  ['another secret', { pathSecret: `${'d'.repeat(43)}${'x'.repeat(43)}` }],
  ['the part alone that the relay checks', { pathSecret: SECRET.slice(0, 43) }],
  ['a longer secret', { pathSecret: `${SECRET}A` }],
  ['an empty secret', { pathSecret: '' }],
  ['no secret', { pathSecret: null }],
])('an event with %s is forged, whatever it says', async (_name, more) => {
  expect((await translate(notice({}, more))).verdict).toBe('forged');
});

test('a connection that was given no address believes nothing', async () => {
  expect((await translate(notice(), null)).verdict).toBe('forged');
  expect((await translate(notice({}, { pathSecret: null }), null)).verdict).toBe('forged');
  const bare = { knowsFeed: async () => false, stop: undefined };
  expect((await webhooks.translateNotice(notice(), bare)).verdict).toBe('forged');
});

test('the verdict on a wrong secret bears neither the right one nor the wrong one', async () => {
  const wrong = 'w'.repeat(86);
  const told = JSON.stringify(await translate(notice({}, { pathSecret: wrong })));
  expect(told).not.toContain(wrong);
  expect(told).not.toContain(SECRET);
});

test.each([
  '',
  '{}',
  'null',
  '[]',
  '<html>',
  '"not json"',
  '"\\"twice\\""',
  '{"BusinessEventId":1}',
  '{"BusinessEventId":""}',
])('%j is unreadable, and nothing is thrown', async (body) => {
  expect((await translate(raw(body))).verdict).toBe('unreadable');
});

test('an event that comes again after a month is stale, by either of its times', async () => {
  const at = (receivedAt: string, change: object = {}) => translate(notice(change, { receivedAt }));
  expect((await at('2026-04-05T12:00:00.000Z')).verdict).toBe('genuine');
  expect((await at('2026-04-20T12:00:00.000Z')).verdict).toBe('stale');
  expect((await at('2026-04-20T12:00:00.000Z', { EventTimeIso8601: null })).verdict).toBe('stale');
  // The empty date of Dynamics 365 is no time at all.
  const empty = { EventTime: '/Date(-2208988800000)/', EventTimeIso8601: '1900-01-01T00:00:00Z' };
  expect((await at('2026-04-20T12:00:00.000Z', empty)).verdict).toBe('genuine');
});

test.each([
  'VendorPaymentPostedBusinessEvent',
  'VendPaymentPostedBusinessEvent',
  'VendorInvoicePostedBusinessEvent',
  'InvoiceJournalPostedBusinessEvent',
  'VendInvoiceRegisterJournalPostedBusinessEvent',
  'InvoiceApprovalJournalPostedBusinessEvent',
  'BatchJobFinishedBusinessEvent',
  'BatchJobFailedBusinessEvent',
])('%s is a reason to look at entries', async (id) => {
  expect(await readsFor(id)).toEqual(['entries']);
});

test.each([
  'VendBankAccountChangeProposalWorkflowCompletedBusinessEvent',
  'Workflow_VendBankAccountChangeProposalTemplate_Completed',
  'VendorChangedBusinessEvent',
  'BankAccountTableUpdatedBusinessEvent',
])('%s is a reason to read masters', async (id) => {
  expect(await readsFor(id)).toEqual(['masters']);
});

test.each([
  'CustFreeTextInvoicePostedBusinessEvent',
  'BatchJobStartedBusinessEvent',
  'PurchaseOrderConfirmedBusinessEvent',
  'FirmsOwnBusinessEvent',
  'toString',
])('%s is genuine and leads to nothing', async (id) => {
  expect(await readsFor(id)).toEqual(['nothing']);
});

test('an event of no legal entity, as of a batch job, is about the connection', async () => {
  for (const BusinessEventLegalEntity of ['', null, undefined]) {
    const verdict = await translate(notice({ BusinessEventId: 'BatchJobFinished', BusinessEventLegalEntity }));
    expect(verdict).toMatchObject({ verdict: 'genuine', reasons: [{ reads: 'entries', legalEntity: null }] });
  }
});

test('a repeat has the same key, in whatever spelling; another event another one', async () => {
  const later = { receivedAt: '2026-03-11T12:00:00.000Z' };
  expect(await keyOf({ EventId: `{${EVENT.EventId.toLowerCase()}}` }, later)).toBe(await keyOf({}));
  expect(await keyOf({ EventId: '11111111-6EDC-4319-B893-3F862EED65FD' })).not.toBe(await keyOf({}));
});

test('without an event id its number and time tell a repeat from another event', async () => {
  const EventId = '{00000000-0000-0000-0000-000000000000}';
  const later = { receivedAt: '2026-03-11T12:00:00.000Z' };
  expect(await keyOf({ EventId }, later)).toBe(await keyOf({ EventId }));
  expect(await keyOf({ EventId, ControlNumber: 5_637_611_084 })).not.toBe(await keyOf({ EventId }));
});
