import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { clearWork } from './clear-work.ts'

test('what jobs of a killed runner left is gone, also what a start that was cut off had put aside', async () => {
  const home = await mkdtemp(join(tmpdir(), 'gantry-home-'))
  const workspaces = join(home, 'workspaces')
  const left = (name: string) => {
    mkdirSync(join(home, name, 'a-1/work'), { recursive: true })
    writeFileSync(join(home, name, 'a-1/work/file'), 'x')
  }
  left('workspaces')
  left('.left-workspaces-1-2')
  writeFileSync(join(home, 'cli-token'), 'kept')
  const { removed } = await clearWork(workspaces)
  expect(readdirSync(workspaces)).toEqual([])
  await removed
  expect(readdirSync(home).sort()).toEqual(['cli-token', 'workspaces'])
  await (await clearWork(join(home, 'never'))).removed
  expect(existsSync(join(home, 'never'))).toBe(true)
  await rm(home, { recursive: true })
})
