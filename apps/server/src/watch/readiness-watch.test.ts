import type { Alert, Deployment, Notice, RollbackPlan } from '@gantry/core'
import { expect, test } from 'vitest'
import { watchReadiness } from './readiness-watch.ts'

const now = new Date('2026-11-27T12:00:00.000Z')
const routes = [{ severity: 'critical', to: [{ name: 'pagerduty' }] }, { to: [{ name: 'slack:#dev' }] }]
const environments = { staging: {}, production: {} }
const live = (environment: string) =>
  ({ environment, kind: 'deploy', release: 'b'.repeat(40), liveAt: now.toISOString() }) as Deployment

/** A store that keeps alerts as the real one does: one that stands with its key is told once. */
function watched(files: { areGone: boolean; isAtVendor?: boolean; refuses?: string }) {
  const open = new Map<string, Alert>()
  const told: { channel: string; notice: Notice }[] = []
  const asked: string[] = []
  const summoned: string[] = []
  const settings = new Map<string, unknown>()
  let changes = 0
  const watch = () =>
    watchReadiness({
      store: {
        alerts: {
          open: async () => [...open.values()],
          async saveAndTell(alert: Alert, notices: { channel: string; notice: Notice }[]) {
            if (alert.state === 'resolved') open.delete(alert.key)
            else open.set(alert.key, alert)
            told.push(...notices)
            return true
          },
        },
        projects: {
          setting: async (_: string, name: string) => settings.get(name) ?? null,
          saveSetting: async (_: string, name: string, value: unknown) => void settings.set(name, value),
        },
        deployments: { allLive: async () => [live('production'), live('an environment of before')] },
      } as never,
      project: async () => ({ name: 'shop', config: { environments, routes } }) as never,
      async rollbackPlan(environment) {
        asked.push(environment)
        const candidates = files.areGone ? [] : ['a'.repeat(40)]
        const blockers = files.areGone ? ['the built files of web are gone'] : []
        const services = [{ service: 'web', moves: true, runsIn: files.isAtVendor ? 'job' : 'server', detail: '' }]
        return {
          environment,
          to: 'a'.repeat(40),
          candidates,
          blockers,
          services,
          looked: [],
        } as unknown as RollbackPlan
      },
      async askVendors(environment) {
        if (files.refuses) throw new Error(files.refuses)
        summoned.push(environment)
      },
      ...{ now: () => now, pages: () => 'https://gantry.example/p/shop', onNotices: () => {} },
      onChange: () => void changes++,
    })
  return { watch, told, asked, summoned, changes: () => changes }
}

test('a way back that is lost is told where warnings go, once, and once that there is one again', async () => {
  const files = { areGone: false }
  const { watch, told, asked, changes } = watched(files)
  await watch()
  expect([told, changes()]).toEqual([[], 0])
  files.areGone = true
  await watch()
  await watch()
  expect(told).toMatchObject([
    {
      channel: 'slack:#dev',
      notice: {
        kind: 'alert-firing',
        severity: 'warning',
        url: `https://gantry.example/p/shop/releases/${'b'.repeat(40)}`,
      },
    },
  ])
  expect(told[0]?.notice.title).toContain('production has no way back')
  files.areGone = false
  await watch()
  expect(told.map(({ notice }) => notice.kind)).toEqual(['alert-firing', 'alert-resolved'])
  expect(told[1]?.notice.dedupKey).toBe(told[0]?.notice.dedupKey)
  expect(changes()).toBe(2)
  expect(new Set(asked)).toEqual(new Set(['production']))
})

test('a job is started that asks the vendors, once a day; that none can be is told', async () => {
  const files = { areGone: false, isAtVendor: true }
  const { watch, told, summoned } = watched(files)
  await watch()
  await watch()
  expect([summoned, told]).toEqual([['production'], []])
  const refused = watched({ ...files, refuses: 'no .github/workflows/rollback.yml on main' })
  await refused.watch()
  await refused.watch()
  expect(refused.told.map(({ notice }) => notice.title)).toEqual([
    expect.stringContaining('no job could be started that asks the vendors: no .github/workflows/rollback.yml on main'),
  ])
  const here = watched({ areGone: false })
  await here.watch()
  expect(here.summoned).toEqual([])
})
