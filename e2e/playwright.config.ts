import { defineConfig } from '@playwright/test'
import { requireChromium } from '../tools/chromium.ts'
import { port } from './start-gantry.ts'

/**
 * The prepared breaks (four minutes of builds and deployments), tests marked `@nightly`, and what starts seeded servers of its own (three minutes, and
 * both cores): every night, and whenever they are asked for. With them a pull request would wait longer than ten minutes.
 */
const isNightly = process.env['E2E'] === 'all'

/** `seeded`: only what starts a server of its own, without waiting for the sample. */
const isSeeded = process.env['E2E'] === 'seeded'

const isRoot = process.getuid?.() === 0

/**
 * One server with one sample tells one story, in order, on a real Chromium. Files start in the order of their names: the fault
 * tests and people, on servers of their own, while the sample comes to staging; then what waits for it, and what only looks at
 * pages while the story goes on.
 */
export default defineConfig({
  testDir: '.',
  projects: [
    ...(isSeeded
      ? []
      : [
          {
            name: 'story',
            testMatch: /e2e\/\w+\.spec\.ts$/,
            testIgnore: isNightly ? [] : ['**/breaks.spec.ts'],
          },
        ]),
    ...(isNightly || isSeeded ? [{ name: 'seeded', testMatch: 'seeded/*.spec.ts' }] : []),
  ],
  ...(isNightly ? {} : { grepInvert: /@nightly/ }),
  // Guards against what hangs; how long something may take is a matter of bench/.
  timeout: 480_000,
  expect: { timeout: 30_000 },
  workers: 2,
  fullyParallel: false,
  forbidOnly: Boolean(process.env['CI']),
  outputDir: '../test-results/e2e',
  globalSetup: ['./build-dashboard.ts', ...(isSeeded ? [] : ['./start-gantry.ts'])],
  reporter: [['list'], ['json', { outputFile: '../test-results/e2e.json' }]],
  use: {
    baseURL: `http://127.0.0.1:${port}`,
    launchOptions: {
      executablePath: await requireChromium(),
      args: [
        ...(isRoot ? ['--no-sandbox'] : []),
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
    viewport: { width: 1280, height: 900 },
    // Without, what is never there is waited for until the whole test is over.
    actionTimeout: 30_000,
    // A trace is written of every test, and thrown away of those that pass: a fifth of the time. `--trace on` asks for it.
    trace: isNightly ? 'retain-on-failure' : 'off',
    screenshot: 'only-on-failure',
  },
})
