import { defineConfig } from 'vitest/config'
import gantry from './gantry.config.ts'

/** The thresholds stand in one place. Vitest wants a glob where Gantry wants a folder. */
const { packages = {}, changedLines: _, ...overall } = gantry.coverage ?? {}
const perPackage = Object.entries(packages).map(([folder, shares]) => [`${folder}/src/**`, shares])

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'tools/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts', 'apps/*/src/**/*.ts'],
      exclude: ['**/*.test.ts', '**/*.d.ts', '**/*.tsx', '**/*.gen.ts'],
      reporter: ['text-summary', 'json', 'json-summary', 'html', 'lcov'],
      thresholds: { ...overall, ...Object.fromEntries(perPackage) },
    },
  },
})
