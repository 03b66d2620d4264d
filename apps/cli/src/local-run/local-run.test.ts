import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runProgram } from '../program.ts'
import { tempFolder, testHost, typed } from '../testing/test-host.ts'

function repository(files: Record<string, string>): string {
  const path = tempFolder()
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], { cwd: path })
  git('init', '--quiet', '--initial-branch=main')
  write(path, files)
  git('add', '--all')
  git('commit', '--quiet', '--message', 'First commit')
  return path
}

function write(path: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), text)
  }
}

/** A job that checks out and runs one line; `$` starts a shell expression, as in any file. */
const job = (run: string, rest = '') =>
  `    runs-on: ubuntu-latest\n${rest}    steps:\n      - uses: actions/checkout@v4\n      - run: ${run}\n`

/** `gantry …` as a process of its own. */
function spawned(argv: string[], cwd: string): Promise<{ code: number; out: string; err: string }> {
  const main = join(import.meta.dirname, '../main.ts')
  return new Promise(done => {
    execFile(process.execPath, [main, ...argv], { cwd }, (error, out, err) => {
      done({ code: typeof error?.code === 'number' ? error.code : 0, out, err })
    })
  })
}

/** The words of every git that is started by name while `work` goes on. */
async function gitsStarted(work: () => Promise<unknown>): Promise<string[]> {
  const folder = tempFolder()
  const log = join(folder, 'log')
  const before = process.env['PATH'] ?? ''
  const real = before.split(':').find(each => existsSync(join(each, 'git'))) ?? ''
  writeFileSync(join(folder, 'git'), `#!/bin/sh\necho "$*" >>'${log}'\nexec '${real}/git' "$@"\n`, { mode: 0o755 })
  process.env['PATH'] = `${folder}:${before}`
  try {
    await work()
  } finally {
    process.env['PATH'] = before
  }
  return readFileSync(log, 'utf8').trim().split('\n')
}

it('gantry ci asks git once for a run, whatever the number of its jobs, and clones once', async () => {
  const jobs = (count: number) => Array.from({ length: count }, (_, nth) => `  j${nth}:\n${job('cat a.txt')}`).join('')
  const asked = async (count: number) => {
    const file = `on: pull_request\njobs:\n${jobs(count)}`
    const cwd = repository({ '.github/workflows/ci.yml': file, 'a.txt': 'a' })
    return gitsStarted(async () => expect((await typed(['ci', '--fresh'], { cwd })).code).toBe(0))
  }
  const [one, four] = [await asked(1), await asked(4)]
  expect(four.filter(words => / clone /.test(words))).toHaveLength(1)
  expect(four.filter(words => / ls-files /.test(words))).toHaveLength(1)
  expect(four).toHaveLength(one.length)
})

describe('gantry run, as a process', () => {
  const cwd = repository({
    'good.yml': `on: push\njobs:\n  a:\n${job('echo "on $GITHUB_REF_NAME"; command -v gantry node')}`,
    'bad.yml': `on: push\njobs:\n  a:\n${job('exit 7')}`,
    'let-pass.yml': `on: push\njobs:\n  a:\n${job('exit 7', '    continue-on-error: true\n')}  b:\n    needs: a\n${job('exit 0')}`,
    'broken.yml': 'on: push\njobs:\n  a:\n    steps: 3\n',
  })

  it('exits 0 on success', async () => {
    const { code, out } = await spawned(['run', 'good.yml'], cwd)
    expect(code).toBe(0)
    expect(out).toContain('a | on main')
    expect(out).toMatch(/✓ a +success/)
  })

  it('exits 1 on a failed conclusion', async () => {
    const { code, out } = await spawned(['run', 'bad.yml'], cwd)
    expect(code).toBe(1)
    expect(out).toContain('a | error: Process completed with exit code 7.')
    expect(out).toMatch(/✗ a +failure .*Run exit 7/)
  })

  it('exits 0 when the only job that failed may fail, and says which', async () => {
    const { code, out } = await spawned(['run', 'let-pass.yml'], cwd)
    expect(code).toBe(0)
    expect(out).toMatch(/▲ a +failure, let pass .*Run exit 7/)
    expect(out).toMatch(/✓ b +success/)
  })

  it('exits 2 on a file that is refused, with the line', async () => {
    const { code, err } = await spawned(['run', 'broken.yml'], cwd)
    expect(code).toBe(2)
    expect(err).toMatch(/error WORKFLOW_INVALID {2}broken\.yml:\d+:\d+: /)
  })

  it('prints the events as lines of JSON, the result last', async () => {
    const { code, out } = await spawned(['run', 'bad.yml', '--json'], cwd)
    expect(code).toBe(1)
    const lines = out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(new Set(lines.map(({ kind }) => kind))).toEqual(new Set(['run', 'job', 'step', 'log', 'result']))
    expect(lines.at(-1)).toEqual({
      kind: 'result',
      status: 'completed',
      conclusion: 'failure',
      jobs: [{ id: 'a', status: 'completed', conclusion: 'failure' }],
      exitCode: 1,
    })
  })
})

describe('gantry run', () => {
  const deploy = `on: [push, workflow_dispatch]\njobs:\n  ship:\n${job('echo shipped', '    environment: production\n')}`
  const cwd = repository({
    'deploy.yml': deploy,
    'inputs.yml': `on:\n  workflow_dispatch:\n    inputs:\n      who: { required: true }\njobs:\n  a:\n${job(
      `echo "hello ${'$'}{{ inputs.who }}, ${'$'}{{ secrets.WORD }}, ${'$'}{{ github.event.extra }}"`,
    )}`,
    'elsewhere.yml': `on:\n  push:\n    branches: [release]\njobs:\n  a:\n${job('echo ran; env | grep -c GANTRY_TOKEN')}`,
    '.gitignore': 'secrets.env\n',
    'secrets.env': 'WORD="opensesame"\n',
    'tracked.env': 'WORD="opensesame"\n',
    'event.json': '{"extra":"of the event"}',
    'list.json': '[]',
  })
  const deployed = (...more: string[]) => ['run', 'deploy.yml', '--event', 'push', ...more]

  it('lets a job wait that nobody approved: no conclusion, exit code 1, and what to type', async () => {
    const { code, out, err } = await typed(deployed(), { cwd })
    expect(code).toBe(1)
    expect(out).toContain('ship | waits for approval: production')
    expect(err).toContain('ship waits for approval: run it again with --approve production')
    const json = await typed(deployed('--json'), { cwd, answers: ['y'] })
    expect(JSON.parse(json.out.trim().split('\n').at(-1) ?? '')).toMatchObject({
      status: 'waiting',
      conclusion: null,
      exitCode: 1,
    })
  })

  it('lets it in when the call says so, or the person who is asked', async () => {
    expect((await typed(deployed('--approve', 'production'), { cwd })).code).toBe(0)
    expect((await typed(deployed('--yes'), { cwd })).code).toBe(0)
    const asked = await typed(deployed(), { cwd, answers: ['yes'], isTty: true })
    expect(asked).toMatchObject({ code: 0, asked: ['ship wants to enter production. Let it? [y/N] '] })
    expect(await typed(deployed(), { cwd, answers: ['no'] })).toMatchObject({
      code: 1,
      out: expect.stringContaining('rejected'),
    })
  })

  it('hands inputs, secrets and the event on, and masks the secrets', async () => {
    const argv = [
      'run',
      'inputs.yml',
      '--input',
      'who=Ada',
      '--secret-file',
      'secrets.env',
      '--event-file',
      'event.json',
    ]
    const { code, out } = await typed(argv, { cwd })
    expect(code).toBe(0)
    expect(out).toContain('hello Ada, ***, of the event')
  })

  it.each([
    [['run', 'nowhere.yml'], 'expected a workflow file at'],
    [['run', 'deploy.yml'], 'deploy.yml starts on push, workflow_dispatch; say which with --event'],
    [['run', 'deploy.yml', '--event', 'pusj'], 'got "pusj"; did you mean "push"?'],
    [['run', 'deploy.yml', '--event', 'push', '--job', 'shpi'], 'shpi'],
    [['run', 'inputs.yml'], 'expected input "who", got nothing'],
    [['run', 'inputs.yml', '--input', 'who'], 'input: expected name=value, got "who"'],
    [['run', 'deploy.yml', '--event', 'push', '--event-file', 'list.json'], 'event-file: expected a JSON object'],
    [['run', 'deploy.yml', '--event', 'push', '--secret-file', 'none.env'], 'secret-file: expected a file at none.env'],
    [['run', 'deploy.yml', '--event', 'push', '--secret-file', 'tracked.env'], 'tracked.env is not read as secrets'],
  ])('refuses %j with exit code 2', async (argv, words) => {
    const { code, err } = await typed(argv, { cwd })
    expect(err).toContain(words)
    expect(code).toBe(2)
  })

  it('says when GitHub would not start it, and passes a token on only together with its address', async () => {
    const alone = await typed(['run', 'elsewhere.yml'], { cwd, env: { GANTRY_TOKEN: 'secret' } })
    expect(alone.err).toContain('on GitHub this would not start: branch main is not among release')
    expect(alone.code).toBe(1)
    const both = await typed(['run', 'elsewhere.yml'], { cwd, env: { GANTRY_TOKEN: 'secret', GANTRY_URL: 'http://x' } })
    expect(both.code).toBe(0)
  })

  it('cancels on Ctrl-C', async () => {
    write(cwd, { 'slow.yml': `on: push\njobs:\n  a:\n${job('echo begun; sleep 30')}` })
    const host = testHost({ cwd })
    const timer = setInterval(() => {
      if (host.out().includes('begun')) host.signal('SIGINT')
      if (host.err().includes('cancelling')) clearInterval(timer)
    }, 20)
    expect(await runProgram(['run', 'slow.yml'], host)).toBe(1)
    expect(host.out()).toMatch(/– a +cancelled/)
  })
})

describe('gantry ci', () => {
  const ci = (run: string) =>
    `on: pull_request\njobs:\n  check:\n${job(run)}  gate:\n    needs: check\n${job('echo passed')}`

  it('checks the files as they are, uncommitted ones included', async () => {
    const cwd = repository({ '.github/workflows/ci.yml': ci('cat new.txt') })
    expect((await typed(['ci'], { cwd })).code).toBe(1)
    write(cwd, { 'new.txt': 'not committed\n' })
    mkdirSync(join(cwd, 'below'))
    const { code, out } = await typed(['ci'], { cwd: join(cwd, 'below') })
    expect(code).toBe(0)
    expect(out).toContain('check | not committed')
    const part = await typed(['ci', '--job', 'check', '--keep'], { cwd })
    expect(part.out).toMatch(/– gate +skipped +–/)
    expect(part.err).toMatch(/kept: .*gantry-run-/)
    execFileSync('rm', ['-rf', /kept: (.*)/.exec(part.err)?.[1] ?? ''])
  })

  it('restores scripts of packages, and says so in lines and in JSON', async () => {
    const script = (text: string) => JSON.stringify({ name: 'shop', scripts: { test: text } })
    const gate = join(tempFolder(), 'open')
    const cwd = repository({
      '.github/workflows/ci.yml': ci(`pnpm --recursive run test && test -e ${gate}`),
      'package.json': '{ "name": "root", "private": true }',
      'pnpm-workspace.yaml': "packages: ['packages/*']\npmOnFail: ignore\nverifyDepsBeforeRun: false\n",
      'pnpm-lock.yaml': "lockfileVersion: '9.0'\nimporters:\n  .: {}\n  packages/shop: {}\n  packages/site: {}\n",
      'packages/shop/package.json': script('echo sold'),
      'packages/site/package.json': '{ "name": "site" }',
    })
    const env = { XDG_CACHE_HOME: tempFolder(), HOME: tempFolder() }
    const first = await typed(['ci'], { cwd, env })
    expect(first.out).toContain('check | runs: test of shop (it has not succeeded here before)')
    expect(first.err).toContain('check ran: it has not succeeded here before; 0 of its 1 tasks restored')
    writeFileSync(gate, '')
    const { out } = await typed(['ci', '--json'], { cwd, env })
    const events = out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(events.filter(({ kind }) => kind === 'task')).toEqual([
      expect.objectContaining({ jobId: 'check', task: 'test', package: 'shop', isRestored: true }),
    ])
    expect(events.at(-1).jobs[0]).toMatchObject({ id: 'check', isRestored: false, tasks: 1, restoredTasks: 1 })
    const fresh = await typed(['ci', '--fresh'], { cwd, env })
    expect(fresh.out).not.toContain('tasks restored')
    write(cwd, { 'packages/shop/note.txt': '' })
    const changed = await typed(['ci'], { cwd, env })
    expect(changed.out).toContain('check | runs: test of shop (packages/shop/note.txt changed)')
  })

  it('puts the name of its job before each line of a message', async () => {
    const cwd = repository({ '.github/workflows/ci.yml': ci('echo "::warning::first%0Asecond"') })
    expect((await typed(['ci'], { cwd })).out).toContain('check | warning: first\ncheck | second\n')
  })

  it('draws a tree on a terminal and ends with the failing lines', async () => {
    const cwd = repository({ '.github/workflows/ci.yml': ci('echo "why it fails"; exit 1') })
    const { code, out } = await typed(['ci'], { cwd, isTty: true })
    expect(code).toBe(1)
    expect(out).toContain('○ check')
    expect(out).toContain('  ○ gate')
    expect(out).toMatch(/check › Run echo .*\n {2}▸ echo .*\n {2}why it fails\n {2}error: Process completed/)
  })

  it('says where it should be called', async () => {
    expect((await typed(['ci'])).err).toContain('expected a git repository at')
    expect(await typed(['ci'], { cwd: repository({ 'a.txt': '' }) })).toMatchObject({
      code: 2,
      err: expect.stringContaining('expected a workflow file at'),
    })
  })
})

it('runs a tree as it is before its first commit, ignored files left out', async () => {
  const cwd = tempFolder()
  execFileSync('git', ['init', '--quiet', '--initial-branch=main'], { cwd })
  const files = { '.gitignore': 'secret.txt\n', 'secret.txt': '', 'new.txt': '' }
  write(cwd, {
    '.github/workflows/ci.yml': `on: pull_request\njobs:\n  a:\n${job('ls -A; echo "$GITHUB_SHA"')}`,
    ...files,
  })
  const first = await typed(['ci'], { cwd })
  expect(first.code).toBe(0)
  expect(first.out).toContain('a | new.txt')
  expect(first.out).not.toContain('a | secret.txt')
  expect(first.out).toContain(`a | ${'0'.repeat(40)}`)
  write(cwd, { 'new.txt': 'changed' })
  expect((await typed(['ci'], { cwd })).code).toBe(0)
  rmSync(join(cwd, '.git/refs'), { recursive: true })
  expect((await typed(['ci'], { cwd })).code).not.toBe(0)
})

describe('an action that cannot be fetched', () => {
  const cwd = repository({
    '.github/workflows/ci.yml': `name: ci
on: pull_request
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: echo tested
      - name: Upload coverage
        uses: codecov/codecov-action@v5
`,
  })
  const env = { GANTRY_ACTIONS_MIRROR: '/nowhere', XDG_CACHE_HOME: tempFolder() }

  it('is named before the run when it only reports, and the verdict names what it is without', async () => {
    const { code, out, err } = await typed(['ci'], { cwd, env })
    expect(code).toBe(0)
    expect(err).toMatch(
      /^test: Upload coverage only reports, and is skipped: .*ci\.yml:8:9: expected the action codecov/,
    )
    expect(out).toMatch(
      /ci: success in .*, without\n {2}test: Upload coverage: codecov\/codecov-action@v5 only reports, and is not on this machine\n$/,
    )
  })

  it('is in what programs read', async () => {
    const { out } = await typed(['ci', '--json', '--fresh'], { cwd, env })
    const said = out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(said.find(({ kind }) => kind === 'missing').actions).toMatchObject([
      { job: 'test', step: 'Upload coverage', isReport: true, code: 'ACTION_UNAVAILABLE' },
    ])
    expect(said.at(-1)).toMatchObject({ exitCode: 0, jobs: [{ id: 'test', omitted: [{ step: 'Upload coverage' }] }] })
  })
})
