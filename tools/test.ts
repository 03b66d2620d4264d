import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fetchBubblewrap } from './bubblewrap.ts'
import { checkLine, runChecks } from './check.ts'
import { requireChromium } from './chromium.ts'
import { durationText, root, runCommand } from './command.ts'
import { newcomersRun } from './newcomer.ts'
import { pnpmCommand } from './pnpm-command.ts'
import { type RunEnd, runEndFile } from './run-end-reporter.ts'
import {
  nothing,
  type PlaywrightReport,
  sum,
  type Tally,
  tallyOfLine,
  tallyOfPlaywright,
  tallyOfVitest,
  type VitestReport,
  withExit,
} from './tally.ts'
import { toolCall } from './tool-call.ts'

const reports = join(root, 'test-results')
const e2eConfig = 'e2e/playwright.config.ts'

interface Stage {
  name: string
  run(): Promise<Tally>
}

/**
 * Everything that must hold before a change is merged: rows one after the other, and in a row lanes side by side, each of stages one
 * after the other. The browser tests wait for pages and for what takes its time, and would leave half of two processors idle: what
 * starts elsewhere runs beside them. A later stage runs though an earlier one failed.
 */
const rows: Stage[][][] = [
  [[{ name: 'checks', run: checks }]],
  [[{ name: 'unit tests and coverage', run: unitTests }]],
  [
    [
      { name: 'build of the dashboard', run: dashboardBuild },
      { name: 'browser tests', run: browserTests },
    ],
    [
      { name: 'init in repositories of others', run: otherRepositories },
      { name: "a newcomer's start, without a browser", run: newcomer },
    ],
  ],
]

async function checks(): Promise<Tally> {
  const results = await runChecks(result => console.log(checkLine(result)))
  const failed = results.filter(({ isOk }) => !isOk)
  return {
    ...nothing,
    passed: results.length - failed.length,
    failed: failed.length,
    problems: failed.map(({ name }) => `the check "${name}" failed`),
  }
}

async function unitTests(): Promise<Tally> {
  console.log(await fetchBubblewrap())
  const file = join(reports, 'vitest.json')
  const { exitCode } = await streamed([
    'vitest',
    'run',
    '--coverage',
    '--reporter=default',
    '--reporter=json',
    '--reporter=./tools/run-end-reporter.ts',
    `--outputFile.json=${file}`,
  ])
  const report = await readReport<VitestReport>(file)
  const end = await readReport<RunEnd>(runEndFile)
  if (!report || !end)
    return withExit(nothing, exitCode || 1, `Vitest ended with ${exitCode ?? 'a signal'} and left no report`)
  return withExit(
    tallyOfVitest(report, end.problems),
    exitCode,
    `every test passed, and Vitest ended with ${exitCode ?? 'a signal'}${end.problems.length > 0 ? '' : ': coverage is below its threshold'}`,
  )
}

/** The three quick ones; all ten are tried every night, by e2e.yml. */
async function otherRepositories(): Promise<Tally> {
  const { exitCode, output } = await runCommand(['node', 'tools/try-shapes.ts', '--quick'])
  console.log(output)
  return withExit(tallyOfLine(output), exitCode, 'the repositories could not be tried')
}

async function dashboardBuild(): Promise<Tally> {
  const { exitCode } = await streamed([...pnpmCommand(process.env), '--filter', '@gantry/dashboard', 'build'])
  return withExit(nothing, exitCode, 'the dashboard does not build')
}

async function browserTests(): Promise<Tally> {
  if (!existsSync(join(root, e2eConfig))) {
    console.log(`there is no ${e2eConfig}: nothing to run`)
    return nothing
  }
  const file = join(reports, 'playwright.json')
  const env = { CHROMIUM_PATH: await requireChromium(), PLAYWRIGHT_JSON_OUTPUT_FILE: file }
  const { exitCode } = await streamed(['playwright', 'test', '-c', e2eConfig, '--reporter=list,json'], env)
  const report = await readReport<PlaywrightReport>(file)
  const why = `Playwright ended with ${exitCode ?? 'a signal'}${report ? '' : ' and left no report'}`
  return withExit(report ? tallyOfPlaywright(report) : nothing, report ? exitCode : exitCode || 1, why)
}

async function newcomer(): Promise<Tally> {
  const problems = await newcomersRun(line => console.log(line))
  return problems.length === 0 ? { ...nothing, passed: 1 } : { ...nothing, failed: problems.length, problems }
}

function streamed(command: string[], env: Record<string, string> = {}): ReturnType<typeof runCommand> {
  console.log(`$ ${command.join(' ')}`)
  return runCommand(command, { isStreamed: true, env })
}

async function readReport<T>(path: string): Promise<T | null> {
  const text = await readFile(path, 'utf8').catch(() => null)
  return text === null ? null : (JSON.parse(text) as T)
}

async function timed({ name, run }: Stage): Promise<Tally & { line: string }> {
  const startedAt = performance.now()
  const tally = await run().catch(cause => withExit(nothing, 1, cause instanceof Error ? cause.message : String(cause)))
  const took = durationText(performance.now() - startedAt)
  const counts = `${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`
  const lines = [`${took.padStart(10)}  ${name}: ${counts}`, ...tally.problems.map(problem => `            ${problem}`)]
  return { ...tally, line: lines.join('\n') }
}

async function inOrder(lane: Stage[]): Promise<(Tally & { line: string })[]> {
  const done = []
  for (const stage of lane) done.push(await timed(stage))
  return done
}

toolCall({
  usage: 'pnpm test',
  about: `Runs everything that must hold before a change is merged: ${rows
    .flat(2)
    .map(({ name }) => name)
    .join('; ')}.
It takes a quarter of an hour or more. One file of tests alone: \`pnpm exec vitest run <path>\`.`,
})
await rm(reports, { recursive: true, force: true })
await mkdir(reports, { recursive: true })
const results = []
for (const row of rows) {
  const names = row.map(lane => lane.map(({ name }) => name).join(', then '))
  console.log(`\n── ${names.join(', and beside it ')}`)
  results.push(...(await Promise.all(row.map(inOrder))).flat())
}
const { passed, failed } = sum(results)
console.log(`\n── summary\n${results.map(({ line }) => line).join('\n')}`)
const counts = `${passed} passed, ${failed} failed`
await writeFile(join(reports, 'counts.txt'), `${counts}\n`)
console.log(counts)
process.exitCode = failed === 0 ? 0 : 1
