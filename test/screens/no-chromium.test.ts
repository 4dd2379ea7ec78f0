import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { EXECUTABLE } from './support/browser.ts';

// Without Chromium, vite.config.ts leaves the other specs of this folder out, and this one says so.
test.skipIf(!existsSync(EXECUTABLE))(
  `the screens are tested in Chromium (${EXECUTABLE}; DAYBOOK_CHROMIUM names another)`,
  () => expect(existsSync(EXECUTABLE)).toBe(true),
);
