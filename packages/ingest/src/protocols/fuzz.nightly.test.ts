import { expect, test } from 'vitest'
import { fuzzProtocols } from '../testing/fuzz/fuzz-protocols.ts'

const count = Number(process.env['FUZZ_INPUTS'] ?? 2_000_000)
const seed = Number(process.env['FUZZ_SEED'] ?? Math.floor(Date.now() / 1_000))

/** A fault prints its body, to be kept in `testing/fuzz/corpus.ts`. The seed repeats the run. */
test('readers survive millions of bodies in bounded time and memory', { timeout: 4 * 3_600_000 }, async () => {
  const { inputs, faults, slowest, grownBytes } = await fuzzProtocols(count, seed)
  console.log(`seed ${seed}`, inputs, `slowest ${slowest.msPerKb.toFixed(1)} ms per KB, grown ${grownBytes >> 20} MB`)
  expect(faults).toEqual([])
  expect(slowest.msPerKb, JSON.stringify(slowest)).toBeLessThan(200)
  expect(grownBytes).toBeLessThan(200 * 1024 * 1024)
})
