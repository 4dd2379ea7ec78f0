/** The types of the wire, from main's contract. The only file of the renderer that names main/. */
import type { CallOutput } from '../../main/api/contract.ts';

export type {
  CallInput,
  CallName,
  CallOutput,
  Envelope,
  EventData,
  EventName,
  RepairAction,
  SerialError,
  Topic,
  WireResult,
} from '../../main/api/contract.ts';

/** One row of the review grid. */
export type QueueItem = CallOutput<'queue.list'>['items'][number];
/** Exact decimal text and ISO currency. Sign as stated beside it. */
export type Money = QueueItem['amount'];
export type Totals = CallOutput<'queue.list'>['totals'];
