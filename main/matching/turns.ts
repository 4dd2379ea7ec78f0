/**
 * Work that stops now and then, so that whoever runs it can give others a turn: the engine is pure, and what happens in
 * between is not its business.
 */
export type Turns<T = void> = Generator<undefined, T>;

/** Lines between two stops: a few milliseconds. */
const LINES_A_TURN = 100;

/** True each time that a loop should stop. */
export function turnTaker(): () => boolean {
  let count = 0;
  return () => {
    count += 1;
    return count % LINES_A_TURN === 0;
  };
}

/** Runs it to its end at once. */
export function atOnce<T>(turns: Turns<T>): T {
  for (;;) {
    const step = turns.next();
    if (step.done === true) return step.value;
  }
}
