import type { CallInput, CallName, CallOutput, EventData, EventName, SerialError } from './contract.ts';
import { findTransport } from './transport.ts';

/** What a failed call throws: the closed error of the contract, ready for `<ErrorNote>`. */
export class CallError extends Error {
  readonly error: SerialError;

  constructor(error: SerialError) {
    super(error.sentence);
    this.name = 'CallError';
    this.error = error;
  }
}

const transport = findTransport();

export const host = transport.host;

/**
 * Calls main. Main checks input and output by the contract's schemas, so the types hold here.
 * @param callId only where the call is to be cancelled or its progress followed; see `useAction`
 * @throws CallError
 */
export async function call<N extends CallName>(
  name: N,
  input: CallInput<N>,
  callId: string = crypto.randomUUID(),
): Promise<CallOutput<N>> {
  const result = await transport.call({ name, input, callId });
  if (!result.ok) throw new CallError(result.error);
  return result.value as CallOutput<N>;
}

export function on<N extends EventName>(name: N, listener: (data: EventData<N>) => void): () => void {
  return transport.on(name, (data) => listener(data as EventData<N>));
}

/** Asks a long call to stop at its next safe point. */
export async function cancel(callId: string): Promise<void> {
  await call('work.cancel', { callId });
}

export function onReach(listener: (reached: boolean) => void): () => void {
  return transport.onReach?.(listener) ?? (() => undefined);
}

/** Any thrown thing as the error to show. */
export function shownError(thrown: unknown): SerialError {
  if (thrown instanceof CallError) return thrown.error;
  return {
    code: 'internal',
    retryable: false,
    repair: 'contact_support',
    sentence: thrown instanceof Error ? thrown.message : String(thrown),
  };
}
