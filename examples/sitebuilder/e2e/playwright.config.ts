import { defineConfig, devices } from '@playwright/test'
import { browserToTestWith } from './browser.ts'

const launchOptions = await browserToTestWith(process.env)

export default defineConfig({
  testDir: 'tests',
  timeout: 30_000,
  expect: { timeout: 7_500 },
  fullyParallel: true,
  workers: 2,
  forbidOnly: Boolean(process.env.CI),
  retries: process.env.CI ? 1 : 0,
  reporter: [
    ['list'],
    ['./proof-reporter.ts'],
    ...(process.env.CI ? [['junit', { outputFile: 'test-results/junit.xml' }] as const] : []),
  ],
  projects: [{ name: launchOptions ? 'browser' : 'http' }],
  use: {
    ...devices['Desktop Chrome'],
    trace: 'retain-on-failure',
    launchOptions: launchOptions ?? {},
  },
})
