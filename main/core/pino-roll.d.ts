/** pino-roll 4 ships no types; this is what we use of it (README of the package). */
declare module 'pino-roll' {
  import type { SonicBoom } from 'sonic-boom';

  export default function build(options: {
    readonly file: string;
    /** `k`, `m`, `g`; a file is closed once it has reached this size. */
    readonly size: string;
    readonly mkdir: boolean;
    readonly limit: { readonly count: number; readonly removeOtherLogFiles: boolean };
  }): Promise<SonicBoom>;
}
