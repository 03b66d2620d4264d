import { defineConfig, devices } from '@playwright/test'
import { chromiumPath } from './chromium.ts'

const executablePath = chromiumPath(process.env)
const isRoot = process.getuid?.() === 0

export default defineConfig({
  testDir: 'tests',
  timeout: 30_000,
  expect: { timeout: 7_500 },
  fullyParallel: true,
  workers: 2,
  forbidOnly: Boolean(process.env.CI),
  retries: process.env.CI ? 1 : 0,
  reporter: process.env.CI ? [['list'], ['junit', { outputFile: 'test-results/junit.xml' }]] : 'list',
  use: {
    ...devices['Desktop Chrome'],
    trace: 'retain-on-failure',
    launchOptions: {
      ...(executablePath && { executablePath }),
      // Chromium's sandbox does not start for root, which is who runs jobs in many containers.
      args: isRoot ? ['--no-sandbox'] : [],
    },
  },
})
