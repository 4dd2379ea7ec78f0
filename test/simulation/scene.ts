/** Everything that one simulated world consists of. */
import type { HoldableClock } from '../../main/core/clock.ts';
import type { Approvals } from './approvals.ts';
import type { Causes } from './causes.ts';
import type { SimulatedCompany } from './company.ts';
import type { Computer, Outside } from './computer.ts';
import type { Dice } from './dice.ts';
import type { Explanations } from './explanations.ts';
import type { Broken } from './judge.ts';
import type { Switches } from './switches.ts';

export type Scene = {
  readonly clock: HoldableClock;
  readonly dice: Dice;
  readonly causes: Causes;
  readonly switches: Switches;
  readonly company: SimulatedCompany;
  readonly approvals: Approvals;
  readonly explanations: Explanations;
  readonly outside: Outside;
  /** Where all disks are. */
  readonly folder: string;
  /** The accountant's own computer; the first of all. */
  readonly desk: Computer;
  readonly computers: Computer[];
  /** What was found broken so far. */
  readonly found: Broken[];
  /** One line of the story. */
  tell(line: string): void;
};
