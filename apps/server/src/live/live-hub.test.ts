import { expect, test } from 'vitest'
import { createLiveHub } from './live-hub.ts'

const onGap = () => {}
const tell = (hub: ReturnType<typeof createLiveHub>, count: number) => {
  for (let n = 0; n < count; n++) hub.tell({ topic: 'line', project: 'p', key: `${n}` })
}

test('everyone who listens hears, until they stop', () => {
  const hub = createLiveHub(10, 'a')
  const heard: number[] = []
  const stop = hub.listen({ hear: ({ id }) => heard.push(id), onGap })
  hub.listen({ hear: ({ id }) => heard.push(-id), onGap })
  expect(hub.listeners).toBe(2)
  tell(hub, 1)
  stop()
  tell(hub, 1)
  expect(heard).toEqual([11, -11, -12])
  expect(hub.lastId).toBe(12)
})

test('catches up from a number it still knows; says null where something is forgotten or never was', () => {
  const hub = createLiveHub(0, 'a')
  expect(hub.since(0)).toEqual([])
  expect(hub.since(5)).toBeNull()
  tell(hub, 3)
  expect(hub.since(1)?.map(({ id }) => id)).toEqual([2, 3])
  expect(hub.since(0)?.map(({ id }) => id)).toEqual([1, 2, 3])
  tell(hub, 2_000)
  expect(hub.since(2)).toBeNull()
  expect(hub.since(3)).toHaveLength(2_000)
})

test('what is told here is handed on, what others told is not told again, and what was missed is said', () => {
  const told: unknown[] = []
  const hub = createLiveHub(0, 'a', event => told.push(event.key))
  const heard: unknown[] = []
  hub.listen({ hear: ({ event }) => heard.push(event.key), onGap: () => heard.push('gap') })
  hub.tell({ topic: 'line', project: 'p', key: 'here' })
  hub.pass({ topic: 'line', project: 'p', key: 'there' })
  const before = hub.lastId
  hub.miss()
  expect(told).toEqual(['here'])
  expect(heard).toEqual(['here', 'there', 'gap'])
  expect(hub.since(before)).toBeNull()
  expect(hub.since(hub.lastId)).toEqual([])
})

test('the number of an event says nothing to another server, nor to a later start', () => {
  const hub = createLiveHub(7, 'a-1')
  expect(hub.numberOf(hub.nameOf(7))).toBe(7)
  for (const name of ['7', 'a-7', 'b-1-7', 'a-1', '']) expect(hub.numberOf(name)).toBeNull()
})
