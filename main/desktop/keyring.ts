/** A place of the operating system that seals a text for this user of this computer. */
export type Keyring = {
  isThere(): Promise<boolean>;
  /** True when whoever can read the disk can open what it seals (Linux without a keyring). */
  isWeak(): boolean;
  seal(plain: string): Promise<Buffer>;
  /** Null when it cannot be opened here. */
  open(sealed: Buffer): Promise<string | null>;
};
