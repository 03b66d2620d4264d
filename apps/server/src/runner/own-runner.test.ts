import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { OwnRunner, type OwnRunnerParts } from './own-runner.ts'

test('a runner that the next server could not find is told nothing, and ends', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'gantry-own-'))
  // What is to say which process it is cannot be written.
  await mkdir(join(dir, 'runner.pid'))
  const said: string[] = []
  const runner = new OwnRunner({
    ...{ dir, labels: [], compiled: undefined, say: (line: string) => void said.push(line), log: { error() {} } },
    runners: { list: async () => [], save: async () => undefined },
    service: { loseJobsOf: async () => undefined },
    settings: { env: { PATH: process.env['PATH'] ?? '' } },
  } as unknown as OwnRunnerParts)
  runner.start()
  await expect.poll(() => readFile(join(dir, 'runner.log'), 'utf8').catch(() => '')).toContain('end of JSON input')
  await runner.stop()
  expect(said.join()).toMatch(/^warning: jobs wait, for the runner of this server cannot be started/)
  await rm(dir, { recursive: true, force: true })
})
