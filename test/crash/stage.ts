/** Where a round plays: a company over HTTP, folders on a disk, and the workspace with its passphrase. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceFiles } from '../../main/cli/paths.ts';
import { applyPracticeSetup, connectCompany } from '../../main/cli/practice/connect.ts';
import { virtualClock } from '../../main/core/clock.ts';
import { DaybookError, type SerialError } from '../../main/core/errors.ts';
import type { Ports } from '../../main/core/ports.ts';
import { systemProcesses } from '../../main/core/processes.ts';
import { seededRandom } from '../../main/core/random.ts';
import type { WorldOptions } from '../../practice/company/world.ts';
import { type Causes, createCauses } from '../simulation/causes.ts';
import type { SimulatedCompany } from '../simulation/company.ts';
import type { Process } from '../simulation/computer.ts';
import type { Dice } from '../simulation/dice.ts';
import { createWatch, type Watch } from '../simulation/watch.ts';
import type { Desk } from './acts.ts';
import { openHere } from './here.ts';
import { placeForRounds } from './place.ts';
import { impatient, type ServedCompany, type ShiftedClock, serveCompany, shiftedClock } from './served-company.ts';
import type { SmallDisk } from './small-disk.ts';

export type Stage = {
  readonly company: SimulatedCompany;
  readonly served: ServedCompany;
  readonly clock: ShiftedClock;
  readonly causes: Causes;
  readonly watch: Watch;
  readonly ports: Ports;
  /** The folder of the workspace, and one for files that are no part of it. */
  readonly folder: string;
  readonly scratch: string;
  /** Where backups by hand go, and where the processes may put temporary files. */
  readonly byHand: string;
  readonly temporary: string;
  readonly passphrases: readonly string[];
  /** Its setup document names the banks by tokens, so that a command can set it up without a person. */
  readonly setsUpAlone: boolean;
  desk(round: string): Desk;
  /** Environment of a Daybook process. */
  env(): Readonly<Record<string, string>>;
  /** Opens a workspace in this process, by the passphrase as it was or, when a change had come through, as it shall be. */
  open(database: string): Promise<Process>;
  /** Connects the company to the workspace, as far as it is not connected. */
  connect(process: Process): Promise<void>;
  close(): Promise<void>;
};

export type StageOptions = {
  readonly seed: string;
  readonly dice: Dice;
  readonly create: (options: WorldOptions, dice: Dice, causes: Causes) => SimulatedCompany;
  readonly disk?: SmallDisk | null;
  readonly tell: (line: string) => void;
  readonly onError: (call: string, error: SerialError) => void;
};

const FIRST_DAY = '2026-11-02';
const MORNING = Date.parse('2026-11-04T07:30:00.000Z');
const DAY_MS = 86_400_000;

export async function createStage({ seed, dice, create, disk, tell, onError }: StageOptions): Promise<Stage> {
  const clock = shiftedClock(MORNING + dice.int(3) * DAY_MS);
  const causes = createCauses();
  const world = { seed, firstDay: FIRST_DAY, clock, historyDays: 6, historyAfterMs: 0 };
  const served = await serveCompany(create(world, dice, causes));
  const { company } = served;
  const watch = createWatch(company, virtualClock(0), tell);
  const scratch = mkdtempSync(join(placeForRounds(), 'daybook-crash-'));
  const place = disk?.folder ?? scratch;
  const [folder, byHand] = [join(place, 'workspace'), join(place, 'by-hand')];
  const setupFile = join(scratch, 'setup.json');
  const dist = join(scratch, 'dist');
  const temporary = join(scratch, 'tmp');
  const setsUpAlone = company.name === 'harbor';
  const banks = setsUpAlone ? company.host.world.banks.banks.map(({ key }) => key) : [];
  const { control } = company.host.world.plaid;
  const tokens = Object.fromEntries(
    banks.map((bank) => [`TOKEN_${bank.toUpperCase()}`, control.addItem(bank).accessToken]),
  );
  const setup = company.host.world.setup(served.addresses, Object.keys(tokens));
  const secrets = { ...company.host.env, ...tokens };
  const ports: Ports = {
    clock: impatient(clock),
    random: seededRandom(`${seed}:here`),
    fetch: served.host.fetch,
    log: watch.log,
    processes: systemProcesses(),
  };
  let passphrases = { now: 'what was chosen first', next: 'what was chosen afterwards' };

  for (const one of [folder, byHand, temporary]) mkdirSync(one, { recursive: true });
  writeFileSync(setupFile, JSON.stringify(setup));
  // The screens are not what is killed here: a page stands for them.
  mkdirSync(join(dist, 'renderer'), { recursive: true });
  writeFileSync(join(dist, 'renderer', 'index.html'), '<!doctype html><title>Daybook</title>');

  return {
    ...{ company, served, clock, causes, watch, ports, folder, scratch, byHand, temporary, setsUpAlone },
    passphrases: Object.values(passphrases),
    desk: (round) => ({ byHand, setup: setupFile, backups: backupsIn(workspaceFiles(folder).backups, byHand), round }),
    env: () => ({
      ...secrets,
      DAYBOOK_WORKSPACE: folder,
      DAYBOOK_PASSPHRASE: passphrases.now,
      DAYBOOK_NEW_PASSPHRASE: passphrases.next,
      DAYBOOK_DIST: dist,
      TMPDIR: temporary,
    }),
    open: async (database) => {
      const open = (passphrase: string) => openHere({ database, passphrase, ports, onError });
      try {
        return await open(passphrases.now);
      } catch (thrown) {
        if (!(thrown instanceof DaybookError) || thrown.code !== 'vault_wrong_passphrase') throw thrown;
        const opened = await open(passphrases.next);
        passphrases = { now: passphrases.next, next: passphrases.now };
        return opened;
      }
    },
    connect: async ({ daybook }) => {
      if (setsUpAlone) await applyPracticeSetup(daybook, { setup, env: secrets });
      else await connectCompany(daybook, served.host);
    },
    close: async () => {
      await served.close();
      disk?.free();
      for (const one of [folder, byHand, scratch]) rmSync(one, { recursive: true, force: true });
    },
  };
}

function backupsIn(...folders: readonly string[]): string[] {
  return folders.filter(existsSync).flatMap((folder) => {
    const names = readdirSync(folder).filter((name) => name.endsWith('.backup'));
    return names.sort().map((name) => join(folder, name));
  });
}
