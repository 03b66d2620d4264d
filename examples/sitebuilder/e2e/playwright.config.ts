import { defineConfig, devices } from '@playwright/test'
import { browserToTestWith } from './browser.ts'

const launchOptions = await browserToTestWith(process.env)

export default defineConfig({
  testDir: 'tests',
  timeout: 60_000,
  expect: { timeout: 15_000 },
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
    // To write one of each test takes a fifth of the time.
    trace: process.env.CI ? 'on-first-retry' : 'retain-on-failure',
    launchOptions: launchOptions ?? {},
  },
})
