import { expect, test } from 'vitest'
import { corpus } from '../testing/fuzz/corpus.ts'
import { fuzzProtocols } from '../testing/fuzz/fuzz-protocols.ts'
import { loadProtocols } from './index.ts'

/** Millions of them: see `fuzz.nightly.test.ts`. */
test('whatever body comes, each reader reads it or refuses it by name, and what it reads can be stored', async () => {
  const { inputs, faults } = await fuzzProtocols(2_000, 7)
  expect(faults).toEqual([])
  for (const { read, refused } of Object.values(inputs)) expect(read + refused).toBeGreaterThan(0)
})

test('the corpus has a body for every path of every protocol that is not the same reader again', async () => {
  const said = new Set(corpus.map(({ protocol }) => protocol))
  expect([...said].sort()).toEqual((await loadProtocols()).map(({ settings }) => settings.name).sort())
})
