/**
 * Tokens that change hands at every refresh. One holder at a time over all processes of the workspace; what is saved is
 * on disk (`synchronous=FULL`) before the call returns.
 */
export type TokenChain = {
  /** The text last saved (the connector's own JSON), or null before the first sign-in. Read inside the lock. */
  readonly stored: string | null;
  /** A refresh was begun and its answer never stored: the process died in between. */
  readonly unfinished: boolean;
  /** Notes durably that a refresh goes out now. */
  begin(): Promise<void>;
  /**
   * Stores the tokens that came back and ends what was begun, also when another holder has taken over meanwhile: they
   * may be the only valid ones. @returns what is stored now: `next`, or the tokens that the other has saved since.
   */
  save(next: string): Promise<string>;
  /**
   * Stores a text that brings no new token (a refusal, a name) and ends what was begun. @returns what is stored now:
   * `next`, or what another holder has stored since this one read.
   */
  note(next: string): Promise<string>;
  /** Ends what was begun without a new token: the provider surely issued none. */
  giveUp(): Promise<void>;
};

export type TokenChains = {
  /** Runs `work` as the only holder of the chain. `name` says whose: host, client and user. Waits for another holder. */
  exclusively<T>(name: string, work: (chain: TokenChain) => Promise<T>, stop: AbortSignal | undefined): Promise<T>;
  /** What is stored, without the lock: to use a token that is still valid. */
  peek(name: string): Promise<string | null>;
};
