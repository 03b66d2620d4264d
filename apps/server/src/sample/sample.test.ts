import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunState, RunStore } from '@gantry/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openRepository, type Repository } from '../git/repository.ts'
import { firstPush } from './first-push.ts'
import { createSample, type Sample } from './sample.ts'

let dir = ''
let repository: Repository
let sample: Sample

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gantry-sample-'))
  const source = join(dir, 'source')
  await mkdir(join(source, 'breaks'), { recursive: true })
  await mkdir(join(source, 'node_modules/left'), { recursive: true })
  await writeFile(join(source, 'node_modules/left/out.js'), '')
  await writeFile(join(source, 'page.txt'), 'hello\n')
  const patch = 'diff --git a/page.txt b/page.txt\n--- a/page.txt\n+++ b/page.txt\n@@ -1 +1 @@\n-hello\n+good bye\n'
  await writeFile(join(source, 'breaks/rude.patch'), `Subject: [PATCH] Say good bye\n\n${patch}`)
  await writeFile(join(source, 'breaks/much-too-rude.patch'), patch.replace('good bye', 'go away'))
  const path = join(dir, 'repository.git')
  repository = await openRepository(path)
  sample = createSample({ source, dir: join(dir, 'copy'), repository, gitEnv: {} })
})
afterEach(() => rm(dir, { recursive: true, force: true }))

async function refuseMainWith(words: string): Promise<void> {
  const hook = join(repository.path, 'hooks/pre-receive')
  await writeFile(
    hook,
    `#!/bin/sh\ngrep -q refs/heads/main || exit 0\n[ -n '${words}' ] && echo '${words}' >&2\nexit 1\n`,
  )
  await chmod(hook, 0o755)
}

test('the working copy is whole, committed, without what was installed or prepared, and made once', async () => {
  await sample.ensure()
  expect((await readdir(sample.dir)).toSorted()).toEqual(['.git', 'page.txt'])
  await writeFile(join(sample.dir, 'mine.txt'), 'kept')
  await sample.ensure()
  expect(await readFile(join(sample.dir, 'mine.txt'), 'utf8')).toBe('kept')
  expect(execFileSync('git', ['remote', '-v'], { cwd: sample.dir, encoding: 'utf8' })).toContain(repository.path)
})

test('a copy that was cut off half-way is made anew', async () => {
  await mkdir(join(dir, 'copy'), { recursive: true })
  await writeFile(join(dir, 'copy/half'), '')
  await sample.ensure()
  expect((await readdir(sample.dir)).toSorted()).toEqual(['.git', 'page.txt'])
})

test('a break is a commit on main with the subject of its patch, or its name; a revert takes it back', async () => {
  await sample.ensure()
  await sample.mergeToMain(await sample.pushCurrent('first').then(() => 'first'))
  const rude = await sample.pushBreak('rude')
  expect(await repository.commit(rude.sha)).toMatchObject({ title: 'Say good bye', author: 'Sam Rivera' })
  expect(await repository.head(rude.branch)).toBe(rude.sha)
  const named = await sample.pushBreak('much-too-rude')
  expect((await repository.commit(named.sha)).title).toBe('much too rude')
  expect(await sample.mergeToMain(rude.branch)).toBe(rude.sha)
  const undone = await sample.pushRevert(rude.sha)
  expect(await repository.file(undone.sha, 'page.txt')).toBe('hello')
  expect((await repository.commit(undone.sha)).title).toBe('Revert "Say good bye"')
})

test.each(['none', '../breaks/rude', 'Rude'])('the break %s does not exist', async name => {
  await sample.ensure()
  await expect(sample.pushBreak(name)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('what the hook of main says is the error it means; other words stay what they are', async () => {
  await sample.ensure()
  await sample.pushCurrent('first')
  await refuseMainWith('error CHECKS_NOT_GREEN  ci.yml is still running for abc')
  await expect(sample.mergeToMain('first')).rejects.toMatchObject({
    code: 'CHECKS_NOT_GREEN',
    message: 'ci.yml is still running for abc',
  })
  await refuseMainWith('error SOMETHING_ELSE  odd')
  await expect(sample.mergeToMain('first')).rejects.toThrow(/pre-receive hook declined/)
  await refuseMainWith('')
  await expect(sample.mergeToMain('first')).rejects.toThrow(/pre-receive hook declined/)
})

/** The checks of the first push, as they are each time someone looks. */
function pushing(...looks: (Partial<RunState> | undefined)[]) {
  const said: string[] = []
  const stop = new AbortController()
  const runs = {
    async list() {
      const look = looks.length > 1 ? looks.shift() : looks[0]
      return look ? [look as RunState] : []
    },
  } as unknown as RunStore
  const push = (provide = async () => {}) =>
    firstPush({
      ...{ project: 'p', sample, repository, runs, browser: { provide }, signal: stop.signal },
      say: text => void said.push(text),
      pages: () => 'http://here/p/p',
    })
  return { said, stop, push }
}

test('the first push goes to main when its checks are green, and is not done again', async () => {
  const green = { status: 'completed', conclusion: 'success' } as const
  const { said, push } = pushing(undefined, { status: 'in_progress' }, green, undefined, { status: 'waiting' })
  await push()
  const main = await repository.head('main')
  expect(main).toBe(await repository.head('first-steps'))
  expect(said[1]).toContain('moved to main')
  expect(said[2]).toBe(`it is live on staging; production waits for your approval: http://here/p/p/releases/${main}`)
  await push()
  expect(said).toHaveLength(3)
})

test('a browser is fetched while the checks run, and main waits until that is settled', async () => {
  const seen: string[] = []
  const { said, push } = pushing(undefined, { status: 'completed', conclusion: 'success' })
  await push(async () => {
    seen.push(`asked after ${said.length} lines, main ${await repository.head('main')}`)
    await new Promise(done => setTimeout(done, 300))
    seen.push(`settled, main ${await repository.head('main')}`)
  })
  expect(seen[0]).toBe('asked after 0 lines, main null')
  expect(seen.filter(line => line === 'settled, main null')).toHaveLength(2)
  expect(await repository.head('main')).not.toBeNull()
})

test('red checks are named, and main stays empty; the next start looks at the same commit again', async () => {
  const jobs = [{ name: 'check', conclusion: 'failure', steps: [{ name: 'Test', conclusion: 'failure' }] }]
  const red = pushing({ status: 'completed', conclusion: 'failure', jobs } as unknown as Partial<RunState>)
  await red.push()
  expect(red.said.at(-1)).toBe('the checks of the sample ended as failure in check › Test')
  expect(await repository.head('main')).toBeNull()
  const sha = await repository.head('first-steps')
  await pushing({ status: 'completed', conclusion: 'success' }).push()
  expect(await repository.head('main')).toBe(sha)
})

test('a deployment that failed is named too', async () => {
  const jobs = [{ name: 'staging', conclusion: 'failure', steps: [{ name: 'Deploy', conclusion: 'failure' }] }]
  const failed = { status: 'completed', conclusion: 'failure', jobs } as unknown as Partial<RunState>
  const { said, push } = pushing({ status: 'completed', conclusion: 'success' }, failed)
  await push()
  expect(said.at(-1)).toBe('its deployment ended as failure in staging › Deploy')
})

test('a stop ends the waiting at once', async () => {
  const { said, stop, push } = pushing({ status: 'in_progress' })
  const pushed = push()
  setTimeout(() => stop.abort(), 100)
  await pushed
  expect(said).toHaveLength(1)
})
