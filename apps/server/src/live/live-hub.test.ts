import { expect, test } from 'vitest'
import { createLiveHub } from './live-hub.ts'

const tell = (hub: ReturnType<typeof createLiveHub>, count: number) => {
  for (let n = 0; n < count; n++) hub.tell({ topic: 'line', project: 'p', key: `${n}` })
}

test('everyone who listens hears, until they stop', () => {
  const hub = createLiveHub(10)
  const heard: number[] = []
  const stop = hub.listen(({ id }) => heard.push(id))
  hub.listen(({ id }) => heard.push(-id))
  expect(hub.listeners).toBe(2)
  tell(hub, 1)
  stop()
  tell(hub, 1)
  expect(heard).toEqual([11, -11, -12])
  expect(hub.lastId).toBe(12)
})

test('catches up from a number it still knows; says null where something is forgotten or never was', () => {
  const hub = createLiveHub(0)
  expect(hub.since(0)).toEqual([])
  expect(hub.since(5)).toBeNull()
  tell(hub, 3)
  expect(hub.since(1)?.map(({ id }) => id)).toEqual([2, 3])
  expect(hub.since(0)?.map(({ id }) => id)).toEqual([1, 2, 3])
  tell(hub, 2_000)
  expect(hub.since(2)).toBeNull()
  expect(hub.since(3)).toHaveLength(2_000)
})
