import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tempFolder, typed } from '../testing/test-host.ts'

const source = 'export const price = (n: number) => {\n  if (n > 9) return 9\n  return n\n}\n'
const ignored = 'reports/\npages/\n*.svg\nnode_modules\n'

/** A repository of two packages, one of which has reports. */
function repository(files: Record<string, string> = {}) {
  const top = tempFolder()
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], { cwd: top })
  git('init', '--quiet', '--initial-branch=main')
  write(top, {
    '.gitignore': ignored,
    'pnpm-workspace.yaml': "packages:\n  - './packages/*'\n  - '!packages/old'\n",
    'package.json': '{"name":"shop","type":"module"}',
    'packages/a/package.json': '{"name":"a"}',
    'packages/a/src/a.ts': source,
    'packages/a/src/a.test.ts': "import './a.ts'\n\nit('adds', () => {})\n",
    'packages/old/package.json': '{"name":"old"}',
    ...files,
  })
  git('add', '--all')
  git('commit', '--quiet', '--message', 'First commit')
  return { top, git }
}

function write(top: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(top, name)), { recursive: true })
    writeFileSync(join(top, name), text)
  }
}

const results = (status: string) =>
  JSON.stringify({
    numTotalTests: 1,
    testResults: [
      {
        name: '/ci/shop/packages/a/src/a.test.ts',
        status,
        assertionResults: [
          {
            ancestorTitles: ['a'],
            title: 'adds',
            status,
            duration: 3,
            failureMessages: status === 'failed' ? ['boom\n    at /ci/shop/packages/a/src/a.test.ts:3:11'] : [],
          },
        ],
      },
    ],
  })

/** Two of three lines with a statement run. */
const coverage = JSON.stringify({
  '/ci/shop/packages/a/src/a.ts': {
    path: '/ci/shop/packages/a/src/a.ts',
    statementMap: Object.fromEntries(
      [1, 2, 3].map(line => [line, { start: { line, column: 0 }, end: { line, column: 9 } }]),
    ),
    s: { 1: 1, 2: 0, 3: 1 },
    ...{ fnMap: {}, f: {}, branchMap: {}, b: {} },
  },
})

describe('gantry report', () => {
  it('finds the reports of the repository and shows a failure with the code around it', async () => {
    const { top } = repository()
    write(top, { 'packages/a/reports/vitest-results.json': results('failed') })
    const { code, out } = await typed(['report'], { cwd: join(top, 'packages/a') })
    expect(code).toBe(1)
    expect(out).toContain('✗ a › adds\n  packages/a/src/a.test.ts:3\n    boom')
    expect(out).toContain("▸    3 │ it('adds', () => {})")
    expect(out).toMatch(/packages\/a +1 failed, 0 passed/)
  })

  it('calls a test flaky that passed on the same commit before, and only on the same', async () => {
    const { top, git } = repository()
    write(top, { 'reports/jest-results.json': results('passed') })
    expect((await typed(['report'], { cwd: top })).code).toBe(0)
    write(top, { 'reports/jest-results.json': results('failed') })
    const again = await typed(['report', '--json'], { cwd: top })
    expect(JSON.parse(again.out).tests.totals).toMatchObject({ failed: 1, flaky: 1 })
    git('commit', '--quiet', '--allow-empty', '--message', 'Second')
    write(top, { 'reports/jest-results.json': results('failed') })
    const next = await typed(['report', '--json'], { cwd: top })
    expect(JSON.parse(next.out).tests.totals).toMatchObject({ failed: 1, flaky: 0 })
  })

  it('remembers nothing of a tree with changes', async () => {
    const { top } = repository()
    write(top, { 'packages/a/src/a.ts': `${source}// edited\n`, 'reports/jest-results.json': results('passed') })
    await typed(['report'], { cwd: top })
    expect(existsSync(join(top, '.git/gantry'))).toBe(false)
  })

  it('counts coverage of the change, uncommitted lines included, and writes pages and a badge', async () => {
    const { top, git } = repository({ 'packages/a/src/a.ts': source.replace('  if (n > 9) return 9\n', '') })
    git('branch', 'base')
    write(top, { 'packages/a/src/a.ts': source, 'reports/coverage-final.json': coverage })
    const asked = ['report', '--base', 'base', '--html', 'pages', '--badge', 'badges/c.svg', '--json']
    const { code, out } = await typed(asked, { cwd: top })
    expect(code).toBe(0)
    const { coverage: said, tests } = JSON.parse(out)
    expect(tests).toBeNull()
    expect(said.overall.lines).toEqual({ covered: 2, total: 3, percent: 66.66 })
    expect(said.changed.files).toEqual([
      { file: 'packages/a/src/a.ts', covered: 0, total: 1, uncovered: [{ from: 2, to: 2 }] },
    ])
    expect(readFileSync(join(top, 'pages/index.html'), 'utf8')).toContain('Changed lines: 0 of 1 covered')
    expect(existsSync(join(top, 'pages/coverage/index.html'))).toBe(true)
    expect(readFileSync(join(top, 'badges/c.svg'), 'utf8')).toContain('coverage: 66 %')
  })

  it('holds the thresholds of gantry.config.ts', async () => {
    const service = "{ path: 'packages/a', deploy: { provider: 'local', kind: 'static' } }"
    const { top } = repository({
      'gantry.config.ts': `export default { project: 'shop', services: { a: ${service} },
        environments: { staging: { on: 'main' } }, coverage: { lines: 70, packages: { 'packages/a': { lines: 60 } } } }`,
    })
    write(top, { 'reports/coverage-final.json': coverage })
    const { code, out } = await typed(['report'], { cwd: top })
    expect(code).toBe(1)
    expect(out).toContain('✗ overall: 66.66 % of lines covered, expected 70 %')
    expect(out).not.toContain('packages/a: 66.66')
  })

  it('writes the summary and annotations inside GitHub Actions', async () => {
    const { top, git } = repository({ 'packages/a/src/a.ts': '' })
    git('update-ref', 'refs/remotes/origin/main', 'HEAD')
    write(top, {
      'packages/a/src/a.ts': source,
      'reports/coverage-final.json': coverage,
      'reports/junit.xml':
        '<testsuite name="x"><testcase name="a%b" file="packages/a/src/a.test.ts" line="3"><failure>no: 1,2</failure></testcase></testsuite>',
    })
    const summary = join(top, 'reports/summary.md')
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary, GITHUB_BASE_REF: 'main' }
    const { out } = await typed(['report'], { cwd: top, env })
    expect(out).toContain('::error file=packages/a/src/a.test.ts,line=3,title=a%25b::no: 1,2\n')
    expect(out).toContain('::notice file=packages/a/src/a.ts,line=2,endLine=2,title=Changed lines without a test::')
    expect(readFileSync(summary, 'utf8')).toContain('## ❌ Tests: 1 failed, 0 passed; coverage 66.66 %')
  })

  it('shows the reports that can be read beside one that was cut short, and is not good', async () => {
    const { top } = repository()
    write(top, {
      'reports/a.json': results('failed'),
      'reports/b.json': '{"numTotalTests":',
      'reports/c.xml': '<testsuites><',
    })
    const files = ['reports/b.json', 'reports/a.json', 'reports/c.xml']
    const { code, out } = await typed(['report', ...files], { cwd: top })
    expect(code).toBe(1)
    expect(out).toContain('boom')
    expect(out).toContain('✗ reports/b.json is no report that can be read')
    expect(out).toMatch(/Tests: .*1 failed.*; 2 reports cannot be read/)
    write(top, { 'reports/a.json': results('passed') })
    const passed = await typed(['report', ...files, '--json'], { cwd: top })
    expect(passed.code).toBe(1)
    expect(JSON.parse(passed.out)).toMatchObject({
      tests: { totals: { passed: 1 } },
      unreadable: [/b.json/, /c.xml/].map(name => expect.stringMatching(name)),
    })
    expect((await typed(['report', 'reports/b.json'], { cwd: top })).err).toContain('REPORT_UNREADABLE')
  })

  it('says when a report is older than the commit', async () => {
    const { top } = repository()
    write(top, { 'reports/junit.xml': '<testsuites/>' })
    utimesSync(join(top, 'reports/junit.xml'), new Date('2020-01-01'), new Date('2020-01-01'))
    const { out } = await typed(['report'], { cwd: top })
    expect(out).toContain('note: reports/junit.xml is older than the commit it is reported for.')
  })

  it.each([
    ['nothing to report', [], /expected reports of tests or coverage/],
    ['a file that is not there', ['gone.xml'], /gone.xml cannot be read/],
    ['a file that is no report', ['package.json'], /package.json is no report that can be read/],
    ['a base that does not exist', ['reports/coverage-final.json', '--base', 'nowhere'], /got "nowhere"/],
    ['such a base without any coverage', ['reports/junit.xml', '--base', 'nowhere'], /got "nowhere"/],
  ])('refuses %s', async (_, args, message) => {
    const { top } = repository()
    if (args.length === 3) write(top, { 'reports/coverage-final.json': coverage, 'reports/junit.xml': '<testsuites/>' })
    const { code, err } = await typed(['report', ...args], { cwd: top })
    expect(code).toBe(2)
    expect(err).toMatch(message)
    expect(err).toContain('hint: ')
  })
})
