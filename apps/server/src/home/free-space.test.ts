import { tmpdir } from 'node:os'
import { GantryError } from '@gantry/core'
import { expect, test } from 'vitest'
import { isStorageFull, spaceLack, spaceTeller } from './free-space.ts'

test('says how much is missing, or nothing', async () => {
  expect(await spaceLack(tmpdir(), 0)).toBeNull()
  expect(await spaceLack(tmpdir(), 2 ** 50)).toMatch(/^expected 1073741824 MB free in .+, found \d+ MB$/)
})

test('is told once when space runs out and once when there is some again', async () => {
  const told: string[] = []
  const lacks = [null, 'too little', 'too little', null, null, 'too little']
  const tell = spaceTeller(
    '/data',
    { error: (_, message) => void told.push(message) },
    async () => lacks.shift() ?? null,
  )
  for (let times = 0; times < 6; times++) await tell()
  expect(told).toEqual([
    'too little: nothing is written down until there is',
    'there is space in /data again, writing goes on',
    'too little: nothing is written down until there is',
  ])
})

test('knows a log line that says the same of one write', () => {
  expect(isStorageFull({ err: new GantryError('STORAGE_FULL', 'full') })).toBe(true)
  expect(isStorageFull({ err: new GantryError('INTERNAL', 'full') })).toBe(false)
  expect(isStorageFull({ code: 'STORAGE_FULL' })).toBe(false)
  expect(isStorageFull('started')).toBe(false)
  expect(isStorageFull(undefined)).toBe(false)
})
