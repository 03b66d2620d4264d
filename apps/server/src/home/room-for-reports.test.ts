import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { roomForReports } from './room-for-reports.ts'

test('too little space is seen within a second, and so is that there is some again', () => {
  let [nowMs, free, looks] = [0, 79 * 1024 * 1024, 0]
  const room = roomForReports(
    '/data',
    () => nowMs,
    () => {
      looks++
      return free
    },
  )
  expect([room(), room(), looks]).toEqual([expect.stringContaining('found 79 MB'), expect.any(String), 1])
  free = 80 * 1024 * 1024
  nowMs = 1_000
  expect(room()).toBeNull()
  expect(roomForReports(tmpdir(), () => 0)()).toBeNull()
})
