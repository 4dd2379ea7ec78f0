/** The practice Plaid, for whoever serves it or calls it in process. */
export type { PracticePlaidControl } from './control.ts';
export type { ProblemCode } from './problems.ts';
export { createPracticePlaid, type PracticePlaid } from './server.ts';
export { type PlaidOptions, PRACTICE_CLIENT_ID, PRACTICE_SECRET } from './state.ts';
export type { RecordedWebhook } from './webhooks.ts';
