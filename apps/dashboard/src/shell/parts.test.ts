import { afterEach, expect, test, vi } from 'vitest'
import { ApiError } from '../api/client.ts'
import { loadParts, part } from './parts.ts'

afterEach(() => void vi.unstubAllGlobals())

const gone = new TypeError('Failed to fetch dynamically imported module: /assets/issues-1.js')
const asks = (answer: () => Promise<unknown>) => vi.stubGlobal('fetch', vi.fn(answer))

test('a part that is loaded is handed on', async () => {
  expect(await part(async () => 'a screen')()).toBe('a screen')
})

test('a part that cannot be loaded while nobody answers says that, and asks again when it is asked again', async () => {
  asks(async () => Promise.reject(new TypeError('Failed to fetch')))
  let isUp = false
  const load = part(async () => (isUp ? 'a screen' : Promise.reject(gone)))
  await expect(load()).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' })
  await expect(load()).rejects.toBeInstanceOf(ApiError)
  isUp = true
  expect(await load()).toBe('a screen')
})

test('a part that is gone from a server that answers is left to the recovery from an update', async () => {
  asks(async () => new Response(null, { status: 404 }))
  await expect(part(async () => Promise.reject(gone))()).rejects.toBe(gone)
})

test('all parts are loaded ahead, and one that fails stops no other', async () => {
  const loaded: string[] = []
  part(async () => Promise.reject(gone))
  part(async () => loaded.push('issues'))
  part(async () => loaded.push('logs'))
  await loadParts()
  expect(loaded).toEqual(['issues', 'logs'])
})
