import { expect, test } from 'vitest'
import { publicPorts } from './public-ports.ts'

function portsFrom(base: () => number) {
  const settings = new Map<string, unknown>()
  const projects = {
    list: async () => [{ name: 'shop' }],
    setting: async (project: string) => settings.get(project),
    saveSetting: async (project: string, _name: string, value: unknown) => void settings.set(project, value),
  }
  return publicPorts(projects as unknown as Parameters<typeof publicPorts>[0], base)
}

async function first(count: number, from: AsyncIterable<number>): Promise<number[]> {
  const found: number[] = []
  for await (const port of from) if (found.push(port) === count) break
  return found
}

test('the base is asked for when a port is needed, not before', async () => {
  let base = 0
  const ports = portsFrom(() => base)
  base = 4410
  expect(await first(2, await ports.candidates('shop', 'staging/backend'))).toEqual([4410, 4411])
})

test('a port that was given once comes first, and no one else gets it', async () => {
  const ports = portsFrom(() => 4410)
  await Promise.all([ports.keep('shop', 'staging/backend', 4411), ports.keep('shop', 'staging/builder', 4410)])
  expect(await first(2, await ports.candidates('shop', 'staging/backend'))).toEqual([4411, 4412])
})

test('ports that browsers refuse are left out', async () => {
  expect(await first(3, await portsFrom(() => 5059).candidates('shop', 'staging/builder'))).toEqual([5059, 5062, 5063])
})

test('none is above the last one', async () => {
  expect(await first(9, await portsFrom(() => 65_535).candidates('shop', 'staging/builder'))).toEqual([65_535])
})
