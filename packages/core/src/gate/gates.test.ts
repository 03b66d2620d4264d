import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { GateConfig } from '../config/config.ts'
import { GateResult } from '../promotion/promotion.ts'
import type { GateFacts } from './define-gate.ts'
import * as gates from './index.ts'
import { gateFactsOf, gatesAgainInMs, judgeGates } from './judge-gates.ts'

/** The contract of all gates, each written as its examples write it. */
const written = Object.values(gates).flatMap(({ settings }) =>
  settings.docs.examples.map(
    example =>
      [settings.name, GateConfig.parse((settings.word as (...said: unknown[]) => unknown)(...example))] as const,
  ),
)
const moment = { release: { id: 'a'.repeat(40) }, environment: 'production', now: '2026-11-27T12:00:00.000Z' }
const nothing: GateFacts = {
  runs: [],
  checks: null,
  asking: null,
  from: null,
  newIssues: { count: 0, titles: [] },
  migrations: { pending: [], isFirst: true },
  monitors: [],
  incidents: [],
  checklist: null,
  wayBack: null,
}

test('every file here is a gate of the list', () => {
  const others = /^(index|define-gate|judge-gates|stands-in|named-checks|worst-of|.*\.test)\.ts$/
  const files = readdirSync(import.meta.dirname).filter(name => !others.test(name))
  const kebab = (name: string) =>
    `${name.replace(/[A-Z]/g, (letter, at) => `${at ? '-' : ''}${letter.toLowerCase()}`)}.ts`
  expect(files.sort()).toEqual(Object.keys(gates).map(kebab).sort())
  expect(Object.entries(gates).map(([name, gate]) => [name, gate.settings.kind])).toEqual(
    Object.values(gates).map(({ settings }) => [settings.name, 'gate']),
  )
})

test.each(written)(
  '%s, written %j, says what it is judged by where there is nothing yet, and reads no other fact',
  (_, gate) => {
    const asked = gateFactsOf([gate])
    const facts = new Proxy(nothing, {
      get(of, name: keyof GateFacts) {
        if (!asked.has(name)) throw new Error(`${name} was not asked for`)
        return of[name]
      },
    })
    const [result] = judgeGates([gate], facts, moment)
    // Without a fact there is only time that changes it.
    if (asked.size > 0) expect(gatesAgainInMs([gate], facts, moment)).toBeNull()
    expect(GateResult.parse(result)).toMatchObject({ gate: gate.gate, title: expect.stringMatching(/./) })
    expect(result?.detail).not.toBe('')
    // What is not met says what to do next; what is met asks for nothing.
    expect(Boolean(result?.next)).toBe(result?.state !== 'met')
    expect(judgeGates([gate], nothing, moment)).toEqual([result])
  },
)
