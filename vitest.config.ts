import { defineConfig } from 'vitest/config'
import gantry from './gantry.config.ts'
import SlowFirst from './tools/slow-first.ts'

/** The thresholds stand in one place. Vitest wants a glob where Gantry wants a folder. */
const { packages = {}, changedLines: _, ...overall } = gantry.coverage ?? {}
const perPackage = Object.entries(packages).map(([folder, shares]) => [`${folder}/src/**`, shares])

/**
 * Packages whose tests leave nothing behind in their process: they start no program, listen nowhere, change no variable. Their
 * files take turns in one process, which has read the code by then; the others have a process each.
 */
const calm = [
  ...[
    'core',
    'github',
    'ingest',
    'init',
    'lint',
    'migrations',
    'objects',
    'report',
    'vendor-fakes',
    'watch',
    'workflow',
  ],
].map(name => `packages/${name}/src/**/*.test.ts`)

/** What takes too long for each change: every night, with NIGHTLY=1, and whenever it is asked for. */
const isNightly = process.env['NIGHTLY'] === '1'

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'calm', include: calm, isolate: false } },
      {
        extends: true,
        test: {
          name: 'apart',
          setupFiles: './tools/compiled-programs.ts',
          include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'tools/**/*.test.ts'],
          exclude: ['**/node_modules/**', ...calm, ...(isNightly ? [] : ['**/*.nightly.test.ts'])],
        },
      },
    ],
    // Guards against what hangs; how long something may take is a matter of bench/.
    testTimeout: 180_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 30_000, interval: 20 } },
    sequence: { sequencer: SlowFirst },
    // One more than the processors of the smallest machine: a test that waits for a process leaves one idle.
    maxWorkers: 3,
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts', 'apps/*/src/**/*.ts'],
      exclude: ['**/*.test.ts', '**/*.d.ts', '**/*.tsx', '**/*.gen.ts'],
      reporter: ['text-summary', 'json', 'json-summary', ...(process.env['CI'] ? [] : ['html', 'lcov'])],
      thresholds: { ...overall, ...Object.fromEntries(perPackage) },
    },
  },
})
