import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { AlertConfig } from '../../config/config.ts'
import type { Monitor } from '../../monitor/monitor.ts'
import type { Alert } from '../alert.ts'
import { alertKey } from '../alert-key.ts'
import { factsOf, judgeRule } from '../judge-rule.ts'
import type { AskedFacts, GivenFacts } from './define-rule.ts'
import * as rules from './index.ts'

/** The contract of all rules, each written as its examples write it. */
const now = '2026-11-27T12:00:00.000Z'
const written = Object.values(rules).flatMap(({ settings }) =>
  settings.docs.examples.map(
    example =>
      [settings.name, AlertConfig.parse((settings.word as (...said: unknown[]) => unknown)(...example))] as const,
  ),
)
const counts = (requests: number, failures: number) => ({ requests, failures, errors: 0 })
const monitor = (state: Monitor['state']) => ({ name: 'home', service: 'web', state, last: null }) as Monitor
const given = {
  nothing: { traffic: [], monitor: null },
  well: { traffic: [{ service: 'web', current: counts(100, 0), before: counts(100, 0) }], monitor: monitor('up') },
  ill: { traffic: [{ service: 'web', current: counts(100, 99), before: counts(100, 0) }], monitor: monitor('down') },
} satisfies Record<string, GivenFacts>

/** Facts that a rule may not read unless it asked for them. */
function only(asked: Partial<AskedFacts>, facts: GivenFacts): GivenFacts {
  return new Proxy(facts, {
    get(of, name: keyof GivenFacts) {
      if (!(name in asked)) throw new Error(`${name} was not asked for`)
      return of[name]
    },
  })
}

const judged = (settings: AlertConfig, facts: GivenFacts, open: Alert[] = []) => {
  const subject = { name: 'r', project: 'p', environment: 'e', release: 'sha', now, newId: () => 'a', open }
  return judgeRule(settings, only(factsOf(settings), facts), subject)
}

test('every file here is a rule of the list', () => {
  const files = readdirSync(import.meta.dirname).filter(name => !/(index|define-rule|rules\.test)\.ts$/.test(name))
  const kebab = (name: string) => `${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}.ts`
  expect(files.sort()).toEqual(Object.keys(rules).map(kebab).sort())
  expect(Object.entries(rules).map(([name, rule]) => [name, rule.settings.kind])).toEqual(
    Object.values(rules).map(({ settings }) => [settings.name, 'rule']),
  )
})

test.each(written)('%s, written %j, asks for facts that change, and reads no others', (_name, settings) => {
  expect(Object.keys(factsOf(settings)).length).toBeGreaterThan(0)
  for (const facts of Object.values(given)) expect(() => judged(settings, facts)).not.toThrow()
})

test.each(written)('%s, written %j, begins when things are ill, and ends when they are well', (_name, settings) => {
  expect(judged(settings, given.nothing)).toEqual({ changes: [], withdrawn: [], againInMs: null })
  expect(judged(settings, given.well).changes).toEqual([])
  const [begun] = judged(settings, given.ill).changes
  const alert = begun?.alert
  expect(alert).toMatchObject({ severity: settings.severity, key: alertKey('r', 'e', 'web'), since: now })
  expect(alert?.summary).not.toBe('')
  if (!alert) return
  const firing: Alert = { ...alert, state: 'firing', firedAt: now }
  expect(judged(settings, given.ill, [firing]).changes).toEqual([])
  expect(judged(settings, given.well, [firing]).changes).toMatchObject([{ changed: 'resolved', alert: { id: 'a' } }])
})

test.each(written)('%s, written %j, answers the same for the same facts', (_name, settings) => {
  for (const facts of Object.values(given)) expect(judged(settings, facts)).toEqual(judged(settings, facts))
})
