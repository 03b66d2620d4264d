import { expect, test } from 'vitest'
import { turns } from './turns.ts'

test('serves one at a time, in the order they asked', async () => {
  const line = turns()
  const seen: string[] = []
  const visit = async (name: string) => {
    await line.take()
    seen.push(`${name} in`)
    await Promise.resolve()
    seen.push(`${name} out`)
    line.giveBack()
  }
  await Promise.all(['a', 'b', 'c'].map(visit))
  await visit('d')
  expect(seen).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out', 'd in', 'd out'])
})
