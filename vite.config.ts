import { existsSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import type { EnvironmentOptions, Plugin, UserConfig } from 'vite';
import { configDefaults, defineConfig } from 'vitest/config';
import { messageCatalogue } from './build/message-catalogue.ts';

const root = import.meta.dirname;
const at = (path: string) => join(root, path);
const out = process.env.DAYBOOK_DIST ?? at('dist');

const NODE = [...builtinModules, /^node:/];

/** The app, and the page that holds Plaid Link on an origin of its own, once it exists. */
const pages = ['renderer/index.html', 'renderer/link.html'].map(at).filter((page) => existsSync(page));

/** A thread's file is its own output; its address in the source ends in .ts, in the build in .js. */
const workerAddress: Plugin = {
  name: 'daybook-worker-address',
  renderChunk: (code) => code.replaceAll(/\.\/(check|checkpoint|xlsx)-worker\.ts/g, './$1-worker.js'),
};

/** Our content policy forbids style elements: what a library would write into one comes as a file instead. */
const noStyleElements: Plugin = {
  name: 'daybook-no-style-elements',
  transform(code, id) {
    if (!id.includes('/sonner/dist/')) return undefined;
    return { code: code.replace(/^__insertCSS\(".*"\);$/m, ''), map: null };
  },
};

/** The parts of the app by entry. One whose entry does not exist is left out; any error ends the build. */
const PARTS: Readonly<Record<string, { readonly entry: string; readonly options: EnvironmentOptions }>> = {
  client: {
    entry: at('renderer/index.html'),
    options: {
      build: {
        outDir: join(out, 'renderer'),
        emptyOutDir: true,
        // A font or icon in a data: address would need a hole in the content security policy.
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        // In the order as written: app/no-eval.ts must come before any other module makes a schema.
        rolldownOptions: { input: pages, output: { strictExecutionOrder: true } },
        chunkSizeWarningLimit: 2_000,
      },
    },
  },
  main: {
    entry: at('main/index.ts'),
    options: {
      consumer: 'server',
      // Everything but the natives and Electron itself goes into the bundle, so that the package ships no node_modules.
      resolve: {
        noExternal: true,
        external: ['electron', 'better-sqlite3'],
        conditions: ['node', 'import', 'default'],
      },
      build: {
        ssr: true,
        target: 'node24',
        outDir: join(out, 'main'),
        emptyOutDir: true,
        minify: false,
        rolldownOptions: {
          input: {
            index: at('main/index.ts'),
            'check-worker': at('main/store/check-worker.ts'),
            'checkpoint-worker': at('main/store/checkpoint-worker.ts'),
            'xlsx-worker': at('main/exports/xlsx-worker.ts'),
          },
          external: ['electron', 'better-sqlite3', ...NODE],
          output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
        },
      },
    },
  },
  preload: {
    entry: at('preload/index.ts'),
    options: {
      consumer: 'server',
      resolve: { noExternal: true, external: ['electron'] },
      build: {
        ssr: true,
        target: 'chrome140',
        outDir: join(out, 'preload'),
        emptyOutDir: true,
        minify: false,
        rolldownOptions: {
          input: at('preload/index.ts'),
          // A sandboxed preload is one CommonJS file that may require electron and nothing else.
          external: ['electron'],
          output: { format: 'cjs', entryFileNames: 'index.cjs', codeSplitting: false },
        },
      },
    },
  },
};

const parts = Object.entries(PARTS).filter(([, part]) => existsSync(part.entry));

const app: UserConfig = {
  root: at('renderer'),
  base: './',
  plugins: [react(), messageCatalogue(at('renderer')), noStyleElements, workerAddress],
  environments: Object.fromEntries(parts.map(([name, { options }]) => [name, options])),
  builder: {
    async buildApp(builder) {
      for (const [name] of parts) {
        const environment = builder.environments[name];
        if (environment) await builder.build(environment);
      }
    },
  },
};

/** The specs of the screens drive a real browser; without one they are left out, and no-chromium.test.ts says so. */
const chromium = process.env.DAYBOOK_CHROMIUM ?? '/usr/bin/chromium';
const withoutBrowser = existsSync(chromium) ? [] : ['test/screens/!(no-chromium).test.ts'];

export default defineConfig(({ mode }) => ({
  ...(mode === 'test' ? { plugins: [react(), messageCatalogue(at('renderer'))] } : app),
  test: {
    include: [
      'main/**/*.test.ts',
      'practice/**/*.test.ts',
      'relay/**/*.test.ts',
      'test/**/*.test.ts',
      'bench/**/*.test.ts',
      'renderer/**/*.test.{ts,tsx}',
      'build/**/*.test.ts',
    ],
    exclude: [...configDefaults.exclude, ...withoutBrowser],
    // better-sqlite3 is a native module: processes, not threads.
    pool: 'forks',
    maxWorkers: 2,
    // A busy machine paints late; what is waited for is a state, never a time.
    expect: { poll: { timeout: 10_000 } },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
}));
