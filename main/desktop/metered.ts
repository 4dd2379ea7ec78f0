import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs a program of the system and gives what it printed; rejects when it is not there or fails. */
export type Ask = (program: string, args: readonly string[]) => Promise<string>;

const ANSWER_MS = 5_000;

export const askSystem: Ask = async (program, args) => {
  const { stdout } = await promisify(execFile)(program, [...args], { timeout: ANSWER_MS, windowsHide: true });
  return stdout;
};

/**
 * Whether the network is paid by volume, as the system knows it: NetworkManager on Linux, the connection's cost on
 * Windows. macOS tells it to no program of this kind. Null: not known.
 */
export async function isMetered(platform: NodeJS.Platform, ask: Ask): Promise<boolean | null> {
  const asked = QUESTIONS[platform];
  if (asked === undefined) return null;
  try {
    return asked.read(await ask(asked.program, asked.args));
  } catch {
    // A system without NetworkManager or without PowerShell: nobody knows.
    return null;
  }
}

type Question = {
  readonly program: string;
  readonly args: readonly string[];
  readonly read: (answer: string) => boolean | null;
};

/** NMMetered: 1 yes, 2 no, 3 guessed yes, 4 guessed no, 0 unknown. */
const NETWORK_MANAGER: ReadonlyMap<string, boolean> = new Map([
  ['u 1', true],
  ['u 3', true],
  ['u 2', false],
  ['u 4', false],
]);

const COST =
  '[Windows.Networking.Connectivity.NetworkInformation,Windows.Networking.Connectivity,ContentType=WindowsRuntime]' +
  '::GetInternetConnectionProfile().GetConnectionCost().NetworkCostType';

/** NetworkCostType: Unknown, Unrestricted, Fixed, Variable. */
const WINDOWS_COST: ReadonlyMap<string, boolean> = new Map([
  ['Fixed', true],
  ['Variable', true],
  ['Unrestricted', false],
]);

const QUESTIONS: { readonly [platform in NodeJS.Platform]?: Question } = {
  linux: {
    program: 'busctl',
    args: [
      'get-property',
      'org.freedesktop.NetworkManager',
      '/org/freedesktop/NetworkManager',
      'org.freedesktop.NetworkManager',
      'Metered',
    ],
    read: (answer) => NETWORK_MANAGER.get(answer.trim()) ?? null,
  },
  win32: {
    program: 'powershell.exe',
    args: ['-NoProfile', '-NonInteractive', '-Command', COST],
    read: (answer) => WINDOWS_COST.get(answer.trim()) ?? null,
  },
};
