import type { TrafficSample } from '@gantry/core'
import { expect, test } from 'vitest'
import { trafficCounter } from './traffic-counter.ts'

test('counts by second and release, and hands over only seconds that are over', () => {
  let now = new Date('2026-11-23T10:00:00.100Z')
  const told: TrafficSample[] = []
  const counter = trafficCounter(
    () => now,
    samples => told.push(...samples),
  )
  const of = { project: 'p', environment: 'e', service: 's', release: 'r' }
  counter.count(of, false)
  counter.count(of, true)
  counter.count({ ...of, release: 'q' }, false)
  counter.flush()
  expect(told).toEqual([])
  now = new Date('2026-11-23T10:00:01.000Z')
  counter.count(of, false)
  counter.flush()
  expect(told).toEqual([
    { ...of, at: '2026-11-23T10:00:00.000Z', requests: 2, failures: 1, errors: 0 },
    { ...of, release: 'q', at: '2026-11-23T10:00:00.000Z', requests: 1, failures: 0, errors: 0 },
  ])
  counter.flush(true)
  counter.flush(true)
  expect(told).toHaveLength(3)
})
