/** Rows as both storages answer them. */
import { z } from 'zod';

export const messageRow = z.object({
  sequence: z.number(),
  provider: z.string(),
  receivedAt: z.number(),
  keyVersion: z.number(),
  sealed: z.instanceof(Buffer),
});
export const sessionRow = z.object({ channel: z.string(), keyVersion: z.number() });
export const signInRow = z.object({
  channel: z.string(),
  provider: z.string(),
  stateHash: z.string(),
  sealKey: z.string(),
  expiresAt: z.number(),
});
export const totalsRow = z.object({ channels: z.number(), messages: z.number(), bytes: z.number() });
