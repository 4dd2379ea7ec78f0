/** A ledger that its person signs in to, of no maker: what its connector tells the screens. */
import type { CallOutput } from '../../../main/api/contract.ts';

type Kind = CallOutput<'connections.kinds'>[number];
type Connection = CallOutput<'connections.list'>[number];
type Question = CallOutput<'journals.questions'>['questions'][number];

const field = { hint: null, choices: [], required: true };

export const LEDGER_KIND: Kind = {
  ...{ kind: 'sunline', title: 'Sunline Books', role: 'ledger', signsIn: true, secrets: ['appSecret', 'noticeSecret'] },
  settings: {
    type: 'object',
    properties: { site: { type: 'string' }, offices: { type: 'array', items: { type: 'integer' } } },
  },
  form: [
    {
      ...field,
      ...{ name: 'site', label: 'Country site', kind: 'choice', hint: 'Each country has its own users.' },
      choices: [
        { value: 'nl', label: 'Netherlands' },
        { value: 'be', label: 'Belgium' },
      ],
    },
    { ...field, name: 'appId', label: 'App id', kind: 'text', hint: 'Of your own registration.' },
    { ...field, name: 'appSecret', label: 'App secret', kind: 'secret' },
    { ...field, name: 'returnAddress', label: 'Return address', kind: 'address', hint: 'Exactly as registered.' },
    { ...field, name: 'noticeSecret', label: 'Secret for notices', kind: 'secret', required: false },
    {
      ...field,
      ...{ name: 'offices', label: 'Offices', kind: 'entities', required: false },
      hint: 'Those that Daybook posts to.',
    },
  ],
};

export const OTHER_KIND: Kind = {
  ...{ kind: 'd365', title: 'Dynamics 365 Finance & Operations', role: 'ledger', signsIn: false },
  ...{ secrets: ['secret', 'certificateKey'], settings: {}, form: null },
};

export function ledgerConnection(part: Partial<Connection> = {}): Connection {
  return {
    ...{ id: 'conn_sunline', kind: 'sunline', role: 'ledger', name: 'Kade books', environment: 'production' },
    ...{ state: 'healthy', code: null, sentence: null, repair: 'none', secrets: ['appSecret'], feeds: [] },
    lifecycle: {
      ...{ state: 'healthy', since: '2026-11-01T08:00:00.000Z', source: 'poll', repair: 'none' },
      ...{ until: null, ending: null, repaired: null },
    },
    settings: { site: 'nl', appId: 'app', returnAddress: 'https://kade.example/back', offices: [100, 300] },
    signIn: {
      ...{ state: 'signed_in', user: 'Noor Visser', warning: null },
      ...{ endsAt: '2026-12-20T08:00:00.000Z', refreshedAt: '2026-11-20T07:52:00.000Z' },
    },
    callBudgets: [
      budget('100', 'minute', 60, 42, '2026-11-20T08:01:00.000Z'),
      budget('100', 'day', 5_000, 311, '2026-11-21T00:00:00.000Z'),
    ],
    ...part,
  };
}

function budget(
  legalEntity: string,
  window: 'minute' | 'day',
  limit: number,
  remaining: number,
  resetsAt: string,
): Connection['callBudgets'][number] {
  return { legalEntity, window, limit, remaining, resetsAt, asOf: '2026-11-20T08:00:12.000Z' };
}

export const ENTITIES: CallOutput<'ledger.offeredEntities'> = [
  {
    id: '100',
    name: 'Kade Amsterdam',
    country: 'NL',
    currency: 'EUR',
    unusable: null,
    chosen: true,
    mappedAccounts: 2,
  },
  { id: '200', name: 'Kade Antwerp', country: 'BE', currency: 'EUR', unusable: null, chosen: false, mappedAccounts: 0 },
  {
    ...{ id: '300', name: 'Kade old office', country: 'NL', currency: 'EUR', chosen: false, mappedAccounts: 0 },
    unusable: 'It is archived since 2024; nothing can be posted there.',
  },
];

export const QUESTION: Question = {
  ...{ id: '7', ledgerConnectionId: 'conn_sunline', ledgerConnection: 'Kade books', legalEntity: '100' },
  ...{ journalName: '20', kind: 'break', size: { amount: '-312.40', currency: 'EUR' } },
  sentence:
    'Bank journal 20 closed with 18,090.11 EUR on 17 November, and the bank with 18,402.51 EUR. An entry is missing there, or one is too much.',
  choices: [
    {
      ...{ choice: 'continue', label: 'Go on from the balance in the ledger' },
      consequence: 'Entries open with 18,090.11. The difference stays until it is mended there.',
    },
    {
      ...{ choice: 'bank', label: 'Open with the bank’s balance this once' },
      consequence: 'The next entry opens with 18,402.51. The ledger shows the step of 312.40.',
    },
  ],
  ...{ askedAt: '2026-11-20T07:40:00.000Z', seenAt: '2026-11-20T07:40:00.000Z', answer: null },
  waiting: 14,
  entries: [
    { id: 'prop_1', date: '2026-11-18', amount: { amount: '-1210.00', currency: 'EUR' }, text: 'Office supplies' },
    { id: 'prop_2', date: '2026-11-18', amount: { amount: '4840.00', currency: 'EUR' }, text: 'Invoice 26-0117' },
  ],
};
