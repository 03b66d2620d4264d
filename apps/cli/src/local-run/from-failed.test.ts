import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tempFolder, typed } from '../testing/test-host.ts'

const ci = `on: pull_request
jobs:
  lint:
    runs-on: ubuntu-latest
    steps: [{ run: echo lint ran }]
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - id: build
        run: |
          echo build ran
          cp source.txt built.txt
          echo WORD=kept >> "$GITHUB_ENV"
      - name: Unit tests
        run: grep -q right source.txt && echo "tests of $(cat built.txt) passed, $WORD"
  gate:
    needs: [lint, check]
    runs-on: ubuntu-latest
    steps: [{ run: echo gate ran }]
`

function repository(files: Record<string, string> = {}) {
  const cwd = tempFolder()
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=a@example.com', ...args], { cwd })
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(cwd, path)), { recursive: true })
    writeFileSync(join(cwd, path), text)
  }
  git('init', '--quiet', '--initial-branch=main')
  for (const [path, text] of Object.entries({ '.github/workflows/ci.yml': ci, 'source.txt': 'wrong\n', ...files }))
    write(path, text)
  git('add', '--all')
  git('commit', '--quiet', '--message', 'First commit')
  const cache = tempFolder()
  const gantry = (...argv: string[]) => typed(argv, { cwd, env: { XDG_CACHE_HOME: cache } })
  const failed = join(cache, 'gantry/failed')
  const kept = () => {
    const [file] = existsSync(failed) ? readdirSync(failed) : []
    return file === undefined
      ? null
      : { file: join(failed, file), ...JSON.parse(readFileSync(join(failed, file), 'utf8')) }
  }
  return { cwd, write, gantry, kept }
}

describe('gantry ci --from-failed', () => {
  it('goes on at the failed step with the mended files, and runs what is behind it; the rest is kept', async () => {
    const { write, gantry, kept } = repository()
    const first = await gantry('ci')
    expect(first).toMatchObject({
      code: 1,
      err: expect.stringContaining('go on at the failed step: gantry ci --from-failed'),
    })
    const { folder, file } = kept()
    expect([existsSync(folder), statSync(file).mode & 0o77]).toEqual([true, 0])
    write('source.txt', 'right\n')
    write('new.txt', '')
    const { code, out, err } = await gantry('ci', '--from-failed')
    expect(err).toContain('check goes on at step 3')
    expect(err).toContain('kept as they ended: lint')
    expect(err).toContain('brought up to date: new.txt, source.txt')
    expect(code).toBe(0)
    expect(out).toContain('tests of wrong passed, kept')
    expect(out).toContain('gate ran')
    expect(out).not.toMatch(/\| (build|lint) ran/)
    expect([existsSync(folder), kept()]).toEqual([false, null])
  })

  it('may fail again and again; --json says which jobs were kept', async () => {
    const { write, gantry, kept } = repository()
    await gantry('ci')
    const again = await gantry('ci', '--from-failed')
    expect(again.code).toBe(1)
    expect(again.out).not.toContain('build ran')
    write('source.txt', 'right\n')
    const { out } = await gantry('ci', '--from-failed', '--json')
    expect(JSON.parse(out.trim().split('\n').at(-1) ?? '')).toMatchObject({
      conclusion: 'success',
      jobs: [{ id: 'lint', isKept: true }, { id: 'check' }, { id: 'gate', conclusion: 'success' }],
      exitCode: 0,
    })
    expect(kept()).toBeNull()
  })

  it('starts a job anew whose working copy is gone, and forgets a run when a later one succeeds', async () => {
    const { write, gantry, kept } = repository()
    await gantry('ci')
    const { folder } = kept()
    rmSync(join(folder, 'jobs'), { recursive: true })
    write('source.txt', 'right\n')
    const { code, out, err } = await gantry('ci', '--from-failed')
    expect([code, err]).toEqual([0, expect.stringContaining('run from their beginning: check, gate')])
    expect(out).toContain('build ran')
    expect(await gantry('ci', '--from-failed')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/NOTHING_TO_CONTINUE.*expected a failed run of \.github\/workflows\/ci\.yml/),
    })
  })

  it('is refused when steps before the failed one changed, and what is kept stays', async () => {
    const { write, gantry, kept } = repository()
    await gantry('ci')
    write('.github/workflows/ci.yml', ci.replace('echo build ran', 'echo other'))
    const { code, err } = await gantry('ci', '--from-failed')
    expect([code, err]).toEqual([2, expect.stringContaining('expected the steps of check before step 3 as they were')])
    expect(err).toContain('Run it without --from-failed')
    expect(existsSync(kept().folder)).toBe(true)
    rmSync(kept().folder, { recursive: true })
  })

  it.each([
    [['ci', '--from-failed', '--job', 'check'], '--from-failed: expected no --job beside it'],
    [['ci', '--from-failed', '--fresh'], '--from-failed: expected no --fresh beside it'],
    [['run', '.github/workflows/ci.yml', '--from-failed', '--input', 'a=b'], 'expected no --input beside it'],
    [['run', '.github/workflows/ci.yml', '--from-failed', '--event-file', 'x'], 'expected no --event-file beside it'],
  ])('%j is refused', async (argv, words) => {
    const { gantry } = repository()
    expect(await gantry(...argv)).toMatchObject({ code: 2, err: expect.stringContaining(words) })
  })
})

describe('gantry run --from-failed', () => {
  it('has the event and inputs of the failed run', async () => {
    const { write, gantry } = repository({
      'ship.yml': `on: { push: {}, workflow_dispatch: { inputs: { who: {} } } }
jobs:
  a:
    runs-on: ubuntu-latest
    steps: [{ uses: actions/checkout@v4 }, { run: 'grep -q right source.txt; echo to $\{{ inputs.who }}' }]
`,
    })
    expect((await gantry('run', 'ship.yml', '--event', 'workflow_dispatch', '--input', 'who=Ada')).code).toBe(1)
    write('source.txt', 'right\n')
    const { code, out } = await gantry('run', 'ship.yml', '--from-failed')
    expect([code, out]).toEqual([0, expect.stringContaining('to Ada')])
  })
})

describe('gantry ci --step', () => {
  it('runs one step on the files as they are, without the steps and jobs before it', async () => {
    const { write, gantry, kept } = repository()
    write('source.txt', 'right\n')
    write('built.txt', 'by hand\n')
    const { code, out } = await gantry('ci', '--job', 'check', '--step', 'Unit tests')
    expect([code, out]).toEqual([0, expect.stringContaining('tests of by hand passed,')])
    expect(out).not.toMatch(/build ran|lint ran|gate ran/)
    expect((await gantry('ci', '--step', 'build')).out).toContain('build ran')
    expect(kept()).toBeNull()
  })

  it.each([
    [['--step', 'Unit test'], 'got "Unit test"; did you mean "Unit tests"?'],
    [
      ['--step', '1'],
      'expected one step "1" in .github/workflows/ci.yml, got 1 of job lint, 1 of job check, 1 of job gate',
    ],
    [['--job', 'chek', '--step', '1'], 'expected a job of .github/workflows/ci.yml (lint, check, gate), got "chek"'],
    [['--job', 'chek'], 'did you mean "check"?'],
  ])('%j is refused with what there is', async (argv, words) => {
    const { code, err } = await repository().gantry('ci', ...argv)
    expect([code, err]).toEqual([2, expect.stringContaining(words)])
    expect(err).toContain('Name one of those above')
  })
})
