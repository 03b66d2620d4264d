import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { keepNewest } from './keep-newest.ts'

test('what was touched longest ago goes, never what was just made or is being made', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'gantry-newest-'))
  for (const name of ['own', 'z.part', 'a', 'b', 'c']) await writeFile(join(dir, name), '')
  const changedAt = async (name: string) => (await stat(join(dir, name))).ctimeMs
  // The clock of a file system stands still for milliseconds.
  while ((await changedAt('a')) <= (await changedAt('c'))) await utimes(join(dir, 'a'), 0, 0)
  await keepNewest(dir, 1, join(dir, 'own'))
  expect((await readdir(dir)).toSorted()).toEqual(['a', 'own', 'z.part'])
  await rm(dir, { recursive: true })
})
