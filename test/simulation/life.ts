/** How long a simulated process lives: every await of a port passes here, and a dead process never comes back from one. */
export type Life = {
  /** Settles while the process lives; never, once it is dead. */
  pass(where: string): Promise<void>;
  /** Dies at the n-th passage from now on. */
  dieAfter(passages: number): void;
  /** Dies at once. */
  kill(): void;
  isDead(): boolean;
  /** Settles when the process dies. */
  readonly death: Promise<void>;
  /** Where it died. */
  diedAt(): string | null;
};

/** `onDeath` runs at the very moment of death, before anything else goes on: there the crash image is taken. */
export function createLife(onDeath: () => void): Life {
  const never = new Promise<never>(() => {});
  const { promise: death, resolve: told } = Promise.withResolvers<void>();
  let left: number | null = null;
  let place: string | null = null;
  const die = (where: string) => {
    if (place !== null) return;
    place = where;
    onDeath();
    told();
  };
  return {
    pass: async (where) => {
      if (place !== null) return never;
      if (left !== null) {
        left -= 1;
        if (left <= 0) die(where);
      }
      if (place !== null) return never;
    },
    dieAfter: (passages) => {
      left = passages;
    },
    kill: () => die('between two steps'),
    isDead: () => place !== null,
    death,
    diedAt: () => place,
  };
}
