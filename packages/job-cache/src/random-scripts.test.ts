import { tempFolder } from '@gantry/runner/testing'
import { expect, it } from 'vitest'
import { findViewer } from './task/view/viewer.ts'
import { compareWithFresh } from './testing/random-scripts.ts'

/** `node bench/main.ts job-cache` does the same 10,000 times. */
const count = 25
const viewer = await findViewer(tempFolder())

it.each([
  ['with what its key leaves out beyond its sight', async () => viewer],
  ['where nothing can be hidden', async () => undefined],
])('a random script is never shown green where it would fail now: %s', async (_, find) => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
  const { compared, restored, falseGreens, differences } = await compareWithFresh({
    ...{ seed, count, home: tempFolder() },
    viewer: find,
  })
  console.log(`job-cache: seed ${seed}, ${compared} scripts compared, ${restored} of them restored`)
  expect(falseGreens, `seed ${seed}`).toEqual([])
  expect(differences, `seed ${seed}`).toEqual([])
  expect(restored).toBeGreaterThan(0)
})
