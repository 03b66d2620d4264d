import { defineConfig } from 'vitest/config'

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
      thresholds: { lines: 80, branches: 80, 'packages/core/src/**': { lines: 95, branches: 95 } },
    },
  },
})
