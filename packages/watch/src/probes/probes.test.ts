import { readdir } from 'node:fs/promises'
import type { AnyWord } from '@gantry/core/config'
import { describe, expect, test } from 'vitest'
import { probeFor } from './index.ts'
import * as probes from './settings.ts'

test('every folder here is a probe of the list', async () => {
  const folders = (await readdir(import.meta.dirname, { withFileTypes: true })).filter(each => each.isDirectory())
  expect(folders.map(({ name }) => name).sort()).toEqual(Object.keys(probes).sort())
})

const said = Object.values<AnyWord>(probes).flatMap(({ settings }) =>
  settings.docs.examples.map(example => [settings.name, settings.word(...example) as { type: string }] as const),
)

describe.each(said)('%s, written %j', (name, config) => {
  test('knows its target, and answers for one where nothing is, in time and without throwing', async () => {
    const { acts, settings } = await probeFor(config)
    expect(acts.settings).toBe((probes as Record<string, AnyWord>)[name]?.settings)
    expect(acts.targetOf(settings, 'http://127.0.0.1:9')).toEqual(expect.any(String))
    const result = await acts.check('http://127.0.0.1:9/', settings, { timeoutMs: 2_000, allowPrivate: true })
    expect(result).toMatchObject({ isOk: false, error: expect.any(String), latencyMs: expect.any(Number) })
    const inside = await acts.check('http://127.0.0.1:9/', settings, { timeoutMs: 2_000, allowPrivate: false })
    expect(inside).toMatchObject({ isOk: false, isOwnFault: true })
  })
})
