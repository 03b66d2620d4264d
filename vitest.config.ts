import { defineConfig } from 'vitest/config'
import gantry from './gantry.config.ts'
import SlowFirst from './tools/slow-first.ts'

/** The thresholds stand in one place. Vitest wants a glob where Gantry wants a folder. */
const { packages = {}, changedLines: _, ...overall } = gantry.coverage ?? {}
const perPackage = Object.entries(packages).map(([folder, shares]) => [`${folder}/src/**`, shares])

const testsIn = (folders: string[]) => folders.map(folder => `${folder}/**/*.test.ts`)

const inPackages = (...names: string[]) => testsIn(names.map(name => `packages/${name}/src`))

/**
 * Whose tests leave nothing behind in their process: what they start they end, what they change they put back. Files of one group take
 * turns in one process for each worker, which has read the code by then; to read it again for each file took a third of the time of all
 * tests of the server. The others have a process each: pages of the dashboard that were drawn stay drawn.
 */
const groups: Record<string, string[]> = {
  calm: inPackages('core', 'ingest', 'lint', 'report', 'workflow'),
  command: testsIn(['apps/cli/src']),
  delivery: inPackages('config', 'delivery', 'store'),
  runner: inPackages('runner'),
  server: testsIn(['apps/server/src']),
  small: [...inPackages('github', 'init', 'migrations', 'objects', 'vendor-fakes', 'watch'), ...testsIn(['tools'])],
}

/** What takes too long for each change: every night, with NIGHTLY=1, and whenever it is asked for. */
const isNightly = process.env['NIGHTLY'] === '1'

const left = ['**/node_modules/**', ...(isNightly ? [] : ['**/*.nightly.test.ts'])]

export default defineConfig({
  test: {
    projects: [
      ...Object.entries(groups).map(([name, include]) => ({
        extends: true as const,
        test: { name, include, exclude: left, isolate: false },
      })),
      {
        extends: true,
        test: {
          name: 'apart',
          include: testsIn(['packages/*/src', 'apps/*/src']),
          exclude: [...left, ...Object.values(groups).flat()],
        },
      },
    ],
    setupFiles: './tools/each-test-file.ts',
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
