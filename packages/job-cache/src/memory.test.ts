import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { contentsOf, type Machine, runWorkflow, workingTreeSource } from '@gantry/runner'
import { tempFolder, testMachine, writeFiles } from '@gantry/runner/testing'
import { planRun, readWorkflow } from '@gantry/workflow'
import { describe, expect, it } from 'vitest'
import { folderCache } from './folder-cache.ts'

const expression = (text: string) => `\${{ ${text} }}`
const workflow = `on: push
jobs:
  build:
    runs-on: ubuntu-latest
    outputs:
      v: ${expression('steps.a.outputs.v')}
    steps:
      - uses: actions/checkout@v4
      - id: a
        run: |
          echo ran >> "$MARKS"
          echo built > out.txt
          echo v=7 >> "$GITHUB_OUTPUT"
          test ! -e fail
      - uses: actions/upload-artifact@v4
        with:
          name: out
          path: out.txt
  use:
    needs: build
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/download-artifact@v4
        with:
          name: out
      - run: echo "used $(cat out.txt) ${expression('needs.build.outputs.v')}"
`

function repository(files: Record<string, string> = {}) {
  const dir = tempFolder()
  writeFiles(dir, { 'a.txt': 'a\n', '.gitignore': 'ignored\n', ...files })
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=a@example.com', ...args], { cwd: dir })
  git('init', '--quiet', '--initial-branch=main')
  git('add', '--all')
  git('commit', '--quiet', '--message', 'x')
  const marks = join(tempFolder(), 'marks')
  const memoryDir = tempFolder()
  return { dir, git, marks, memoryDir, now: () => new Date() }
}

type Place = ReturnType<typeof repository>

async function ci(place: Place, changes: { text?: string; machine?: Partial<Machine>; sha?: string } = {}) {
  const read = readWorkflow('ci.yml', changes.text ?? workflow)
  const state = planRun(read, {
    id: `run-${Math.random()}`,
    number: 1,
    event: 'push',
    eventPayload: {},
    inputs: {},
    ref: 'refs/heads/main',
    sha: changes.sha ?? place.git('rev-parse', 'HEAD').toString().trim(),
    actor: 'Ada',
    title: 'x',
    repository: 'acme/shop',
    now: new Date(),
  })
  const said: Record<string, string> = {}
  const machine = testMachine({
    source: workingTreeSource(place.dir),
    env: { PATH: process.env['PATH'] ?? '', MARKS: place.marks },
    cache: folderCache({
      ...{ dir: place.memoryDir, now: place.now, hidden: [place.dir] },
      contents: () => contentsOf(place.dir),
    }),
    recalled(job, { isHit, reason }) {
      said[job] = isHit ? 'restored' : reason
    },
    ...changes.machine,
  })
  const run = await runWorkflow(read, state, machine)
  const lines = machine.events.flatMap(event => (event.kind === 'log' ? event.lines.map(({ text }) => text) : []))
  return { run, said, lines, conclusion: run.conclusion }
}

describe('a job that succeeded before with the same inputs', () => {
  it('is restored with its outputs, output and artifacts', async () => {
    const place = repository()
    const first = await ci(place)
    expect(first.said).toEqual({ build: 'it has not succeeded here before', use: 'it has not succeeded here before' })
    const second = await ci(place)
    expect(second.said).toEqual({ build: 'restored', use: 'restored' })
    expect(second.run.jobs[0]).toMatchObject({ conclusion: 'success', outputs: { v: '7' } })
    expect(second.run.jobs[0]?.annotations.at(-1)?.message).toMatch(/^restored: nothing it reads has changed since /)
    expect(second.lines).toContain('used built 7')
  })

  it('hands its artifacts to a job that has to run', async () => {
    const place = repository()
    await ci(place)
    const changed = await ci(place, { text: workflow.replace('echo "used', 'echo "really used') })
    expect(changed.said).toEqual({ build: 'restored', use: 'its definition changed' })
    expect(changed.lines).toContain('really used built 7')
  })

  it('runs after a commit, a new branch or a tag, which git tells it of whatever its text says', async () => {
    const place = repository()
    await ci(place)
    place.git('commit', '--quiet', '--allow-empty', '--message', 'y')
    const changed = 'the commit, branch or event changed'
    expect((await ci(place)).said).toEqual({ build: changed, use: changed })
    for (const kind of ['branch', 'tag']) {
      expect((await ci(place)).said).toEqual({ build: 'restored', use: 'restored' })
      place.git(kind, 'v1')
      expect((await ci(place)).said['build']).toBe(changed)
    }
  })
})

it('a job of another repository, though of the same name, is not what changed', async () => {
  const many = (folder: string) => Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`${folder}/${i}.txt`, '']))
  const place = repository(many('shop'))
  await ci(place)
  const other = { ...repository(many('blog')), memoryDir: place.memoryDir }
  expect((await ci(other)).said['build']).toBe('it has not succeeded here before')
  writeFileSync(join(place.dir, 'shop/0.txt'), 'more')
  expect((await ci(place)).said['build']).toBe('shop/0.txt changed')
})

describe('a job runs again, and says why,', () => {
  it.each([
    ['a file that changed', (dir: string) => writeFileSync(join(dir, 'a.txt'), 'b\n'), 'a.txt changed'],
    ['a new file', (dir: string) => writeFileSync(join(dir, 'new.txt'), ''), 'new.txt changed'],
    ['a file that is gone', (dir: string) => rmSync(join(dir, 'a.txt')), 'a.txt changed'],
    [
      'a file that became a program',
      (dir: string) => execFileSync('chmod', ['+x', join(dir, 'a.txt')]),
      'a.txt changed',
    ],
    [
      'many files',
      (dir: string) => writeFiles(dir, { 1: '', 2: '', 3: '', 4: '', 5: '' }),
      '1, 2, 3 and 2 more files changed',
    ],
  ])('for %s', async (_, change, reason) => {
    const place = repository()
    await ci(place)
    change(place.dir)
    expect((await ci(place)).said).toEqual({ build: reason, use: reason })
  })

  it('not for a file that git ignores', async () => {
    const place = repository()
    await ci(place)
    writeFileSync(join(place.dir, 'ignored'), 'x')
    expect((await ci(place)).said['build']).toBe('restored')
  })

  it('for a secret, a variable, or another environment', async () => {
    const place = repository()
    await ci(place)
    expect((await ci(place, { machine: { vars: () => ({ A: 'b' }) } })).said['build']).toBe(
      'a secret or variable changed',
    )
    const env = { PATH: process.env['PATH'] ?? '', MARKS: place.marks, LANG: 'C' }
    const other = { ...repository(), marks: place.marks }
    await ci(other)
    expect((await ci(other, { machine: { env } })).said['build']).toBe('the environment of this machine changed')
  })

  it('when it failed', async () => {
    const place = repository({ fail: '' })
    expect((await ci(place)).conclusion).toBe('failure')
    const again = await ci(place)
    expect([again.conclusion, again.said['build']]).toEqual(['failure', 'it has not succeeded here before'])
  })

  it('on another day, for what a clock said decides as well', async () => {
    const place = repository()
    await ci(place)
    const later = { ...place, now: () => new Date(Date.now() + 86_400_000) }
    expect((await ci(later)).said['build']).toBe('the date changed')
  })

  it('always, when it deploys into an environment', async () => {
    const place = repository()
    const text = workflow.replace('  use:\n', '  use:\n    environment: staging\n')
    await ci(place, { text })
    expect((await ci(place, { text })).said).toEqual({ build: 'restored' })
  })

  it('when files changed while it ran', async () => {
    const place = repository()
    const text = `on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: echo late > ${join(place.dir, 'late.txt')}\n`
    await ci(place, { text })
    rmSync(join(place.dir, 'late.txt'))
    expect((await ci(place, { text })).said['a']).toBe('it has not succeeded here before')
  })
})

describe('the memory', () => {
  it('that was cut off or broken costs a run and nothing else', async () => {
    const place = repository()
    await ci(place)
    for (const job of readdirSync(place.memoryDir))
      for (const entry of readdirSync(join(place.memoryDir, job)))
        writeFileSync(join(place.memoryDir, job, entry, 'entry.json.gz'), 'broken')
    const { said, conclusion } = await ci(place)
    expect(conclusion).toBe('success')
    expect(said['build']).toBe('it has not succeeded here before')
    expect((await ci(place)).said['build']).toBe('restored')
  })

  it('sees an edit of the same length made in the second of the commit, also a second later', async () => {
    const place = repository()
    const before = (await contentsOf(place.dir)).files.get('a.txt')
    writeFileSync(join(place.dir, 'a.txt'), 'b\n')
    for (const waitMs of [0, 1_100]) {
      await new Promise(done => setTimeout(done, waitMs))
      expect((await contentsOf(place.dir)).files.get('a.txt')).not.toBe(before)
    }
  })

  it('leaves index, objects and working tree as they were', async () => {
    const place = repository()
    writeFileSync(join(place.dir, 'new.txt'), 'n')
    const before = place.git('count-objects', '-v').toString()
    const { files } = await contentsOf(place.dir)
    expect([...files.keys()]).toEqual(['.gitignore', 'a.txt', 'new.txt'])
    expect(place.git('count-objects', '-v').toString()).toBe(before)
    expect(place.git('status', '--porcelain').toString()).toBe('?? new.txt\n')
    expect(existsSync(join(place.dir, '.git/index.lock'))).toBe(false)
  })
})
