import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { loadConfig } from '@gantry/config/load'
import { GantryError } from '@gantry/core'
import {
  addedLines,
  annotations,
  type CodeOf,
  type CoverageTargets,
  codeAround,
  coverageBadge,
  html,
  isGood,
  markdown,
  type Report,
  reportCoverage,
  reportTests,
  writeCoverageHtml,
} from '@gantry/report'
import type { Call } from '../command/call.ts'
import { defineCommand } from '../command/command.ts'
import type { Host } from '../host.ts'
import { type GitFacts, gitFacts } from '../local-run/git-facts.ts'
import { findReports } from '../report/find-reports.ts'
import { earlierOutcomes, remember } from '../report/history.ts'
import { type CoverageMap, type ReadReports, readReports } from '../report/read-reports.ts'
import { renderReport } from '../report/render-report.ts'
import { diffSince, type Repository, readRepository } from '../report/repository.ts'
import { outputOf } from '../terminal/output.ts'

export const command = defineCommand({
  arguments: [{ name: '[files...]', text: 'reports to read; left out: those found in the repository' }],
  options: [
    { flags: '--base <ref>', text: 'count coverage of the lines changed since this branch (a pull request: its base)' },
    { flags: '--html <folder>', text: 'write the report as pages, every line of code with its hits' },
    { flags: '--badge <file>', text: 'write the coverage as an SVG badge' },
  ],
  details: `Reads results of Vitest, Jest and Playwright (JSON or JUnit) and coverage (coverage-final.json) of all packages
as one report. Thresholds stand in gantry.config.ts under \`coverage\`. Inside GitHub Actions it also writes the step's
summary and annotations. Exits 1 when a test failed, a threshold is missed or a report cannot be read: the others are shown all the same.`,
  examples: ['report', 'report --base origin/main --html coverage/report', 'report reports/*.xml --json'],
  async run(call, host) {
    const output = outputOf(call, host)
    const git = await gitFacts(host.cwd)
    const repository = await readRepository(git.top)
    const read = await readReports(await asked(call, host, git.top), repository)
    const report = await reported(read, repository, { call, host, git })
    const codeOf = codeIn(repository)
    write(report, read.coverage, codeOf, { call, host, top: git.top })
    output.json(report)
    output.print(renderReport(report, codeOf, output.paint))
    return isGood(report) ? 0 : 1
  },
})

interface Asking {
  call: Call
  host: Host
  git: GitFacts
}

/** @throws GantryError REPORT_MISSING when there is nothing to report: silence would look like success */
async function asked(call: Call, host: Host, top: string): Promise<string[]> {
  const named = call.list('files').map(file => relative(top, resolve(host.cwd, file)))
  const files = named.length > 0 ? named : await findReports(top)
  if (files.length > 0) return files
  throw new GantryError('REPORT_MISSING', `expected reports of tests or coverage below ${top}, found none`, { top })
}

async function reported(read: ReadReports, repository: Repository, { call, host, git }: Asking): Promise<Report> {
  const { results, coverage, notes, unreadable } = read
  const { top, gitDir, sha, packages, isClean } = repository
  const earlier = results && isClean ? await earlierOutcomes(gitDir, sha) : new Map()
  if (results && isClean) await remember(gitDir, sha, results)
  const base = call.text('base') ?? (host.env['GITHUB_BASE_REF'] ? `origin/${host.env['GITHUB_BASE_REF']}` : undefined)
  // A base that was asked for is looked for in any case: a typing error must not pass for want of coverage.
  const isNeeded = coverage !== null || base !== undefined
  const diff = isNeeded ? await diffSince(top, base ?? `origin/${git.baseBranch}`, base !== undefined) : null
  const targets = coverage ? await targetsOf(top) : { overall: {}, packages: {} }
  return {
    tests: results && reportTests(results, packages, earlier),
    coverage: coverage && reportCoverage(coverage, packages, targets, diff === null ? null : addedLines(diff)),
    notes,
    unreadable,
  }
}

/** A repository without a config has no thresholds. */
async function targetsOf(top: string): Promise<CoverageTargets> {
  try {
    const { packages, changedLines, ...overall } = (await loadConfig(top)).coverage
    return { overall: present(overall), packages: mapValues(packages, present), ...present({ changedLines }) }
  } catch (cause) {
    if (cause instanceof GantryError && cause.code === 'CONFIG_MISSING') return { overall: {}, packages: {} }
    throw cause
  }
}

function write(
  report: Report,
  coverage: CoverageMap | null,
  codeOf: CodeOf,
  { call, host, top }: { call: Call; host: Host; top: string },
): void {
  const { GITHUB_ACTIONS: isGitHub, GITHUB_STEP_SUMMARY: summary } = host.env
  if (summary) appendFileSync(summary, markdown(report, codeOf))
  // On stderr when stdout is for programs: the runner reads commands from both.
  if (isGitHub === 'true') {
    const stream = call.flag('json') ? host.stderr : host.stdout
    for (const line of annotations(report)) stream.write(`${line}\n`)
  }
  const folder = call.text('html')
  if (folder !== undefined) {
    const pages = resolve(host.cwd, folder)
    mkdirSync(pages, { recursive: true })
    writeFileSync(join(pages, 'index.html'), html(report, codeOf))
    if (coverage) writeCoverageHtml(coverage, join(pages, 'coverage'), file => readFileSync(join(top, file), 'utf8'))
  }
  const badge = call.text('badge')
  if (badge !== undefined && report.coverage) {
    const file = resolve(host.cwd, badge)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, coverageBadge(report.coverage.overall.lines))
  }
}

/** Reads each file once. A place outside of the repository has no code to show. */
function codeIn({ top, files }: Repository): CodeOf {
  const texts = new Map<string, string>()
  return ({ failure }) => {
    if (!failure?.at || !files.has(failure.at.file)) return []
    const { file, line } = failure.at
    const text = texts.get(file) ?? readFileSync(join(top, file), 'utf8')
    texts.set(file, text)
    return codeAround(text, line)
  }
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

const present = <T extends object>(value: T): Present<T> =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Present<T>

const mapValues = <T, R>(record: Record<string, T>, change: (value: T) => R): Record<string, R> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
