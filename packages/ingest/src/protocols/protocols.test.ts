import { readdir } from 'node:fs/promises'
import { GantryError, type ItemOutcome } from '@gantry/core'
import type { AnyWord, Performing } from '@gantry/core/config'
import { describe, expect, test } from 'vitest'
import { sender } from '../testing/sender.ts'
import type { Asked, Protocol } from './define-protocol.ts'
import { loadProtocols } from './index.ts'
import * as words from './settings.ts'

/** The contract of all protocols. */
const protocols = await loadProtocols()
const asked = (over: Partial<Asked> = {}): Asked => ({ path: '', params: {}, query: {}, headers: {}, ...over })
const named = (path: string) => [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name)

test('every folder here is a protocol of the list', async () => {
  const folders = (await readdir(import.meta.dirname, { withFileTypes: true })).filter(each => each.isDirectory())
  expect(folders.map(({ name }) => name).sort()).toEqual(Object.keys(words).sort())
  const settings = words as Record<string, AnyWord>
  for (const protocol of protocols) expect(settings[protocol.settings.name]?.settings).toBe(protocol.settings)
})

test('no two answer the same path', () => {
  const paths = protocols.flatMap(protocol => protocol.paths.map(path => path.replace(/:\w+/g, ':')))
  expect(new Set(paths).size).toBe(paths.length)
})

const each = protocols.map(protocol => [protocol.settings.name, protocol] as const)

describe.each(each)('%s', (_name, protocol: Performing<Protocol>) => {
  test('finds the project in each of its paths, or by the key', () => {
    for (const path of protocol.paths) {
      expect(path).toMatch(/^\/[\w/:-]+$/)
      const params = Object.fromEntries(named(path).map(name => [name, 'the-one']))
      // Else it is the key that says whose it is.
      if (protocol.auth.projectIn === null) expect(params).toEqual({})
      else expect(protocol.auth.projectIn(asked({ params }))).toBe('the-one')
    }
    expect(protocol.auth.projectIn?.(asked()) ?? '').toBe('')
  })

  test('bounds what it reads, packed and unpacked', () => {
    for (const path of protocol.paths) {
      const { compressedBytes, bytes } = protocol.limits(path)
      expect(compressedBytes).toBeGreaterThan(0)
      expect(bytes).toBeGreaterThanOrEqual(compressedBytes)
      expect(bytes).toBeLessThanOrEqual(64 * 1024 * 1024)
    }
  })

  test('believes nobody who shows nothing', () => {
    const { auth } = protocol
    if (auth.by === 'ingest key') {
      expect(auth.kinds).not.toEqual([])
      expect(auth.keyIn(asked())).toBeNull()
    } else {
      expect(protocol.settings.env({}).map(({ name }) => name)).toContain(auth.secretEnv)
      expect(auth.isSigned(Buffer.from('{}'), asked(), 'secret')).toBe(false)
      expect(auth.isSigned(Buffer.from('{}'), asked(), '')).toBe(false)
    }
  })

  test.each(['', '{', 'null', '[]', '\0\0\0', '{}\n{"type":"event","length":9e9}\n{}', '🚀'])(
    'refuses %j with an error of the catalogue, or reads nothing of it that it keeps',
    body => {
      for (const path of protocol.paths)
        try {
          const { items } = protocol.read(Buffer.from(body), asked({ path })).items(sender)
          // An object is a line, whatever it says.
          expect(items.filter(item => item.sink !== null && item.sink !== 'lines')).toEqual([])
          if (!body.includes('}')) expect(items.filter(item => item.sink === 'lines')).toEqual([])
        } catch (cause) {
          expect(cause).toBeInstanceOf(GantryError)
          expect((cause as GantryError).status).toBeLessThan(500)
        }
    },
  )

  test('answers what was taken with a success, whatever was dropped, and says so in JSON', () => {
    const outcomes: ItemOutcome[] = [
      { category: 'error', outcome: 'taken', reason: '', quantity: 1 },
      { category: 'session', outcome: 'dropped', reason: 'too-large', quantity: 2 },
    ]
    const { status, headers, body } = protocol.answer('e'.repeat(32), outcomes, asked())
    expect(Math.floor(status / 100)).toBe(2)
    expect(JSON.parse(JSON.stringify(body))).toEqual(body)
    for (const value of Object.values(headers)) expect(value).toMatch(/^[\x20-\x7e]*$/)
  })

  test('refuses with the status of the error, and asks for a pause where there is one', () => {
    const { refuse } = protocol
    if (!refuse) return
    for (const code of ['INGEST_KEY_WRONG', 'INGEST_RATE_LIMITED', 'INGEST_OVERLOADED', 'BODY_TOO_LARGE'] as const) {
      const error = new GantryError(code, 'ü no', { retryAfterSeconds: 9 })
      const { status, headers } = refuse(error, asked())
      expect(status).toBe(error.status)
      expect('retry-after' in headers).toBe(status === 429)
      for (const value of Object.values(headers)) expect(value).toMatch(/^[\x20-\x7e]*$/)
    }
  })

  test('lets a page read of an answer what it lets it send', () => {
    if (!protocol.cors) return
    expect(protocol.cors.answer['access-control-allow-origin']).toBe('*')
    expect(protocol.cors.preflight['access-control-allow-methods']).toContain('POST')
  })
})
