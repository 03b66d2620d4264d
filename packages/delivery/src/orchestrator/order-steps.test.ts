import type { StepPhase } from '@gantry/core'
import { expect, test } from 'vitest'
import { orderSteps, type ServicePlan, takeUp } from './order-steps.ts'

const steps = (service: string, ...phases: StepPhase[]) =>
  phases.map(phase => ({ id: `${service}.${phase}`, service, kind: phase, phase, undoable: false, summary: '' }))
const here = { runsIn: 'server' as const, isPages: false }
const plans: ServicePlan[] = [
  { service: 'database', needs: [], ...here, steps: steps('database', 'migrate') },
  {
    service: 'api',
    needs: ['database'],
    ...here,
    steps: steps('api', 'prepare', 'start', 'verify', 'switch', 'retire'),
  },
  {
    service: 'site',
    needs: ['database'],
    ...here,
    steps: steps('site', 'prepare', 'start', 'verify', 'switch'),
  },
  { service: 'web', needs: ['api'], ...here, steps: steps('web', 'prepare', 'start', 'verify', 'switch') },
]
const ids = (kind: 'deploy' | 'rollback') => orderSteps(plans, kind).map(step => step.id)

test('services of one depth start together; needed ones are healthy before others start; the API is switched first', () => {
  expect(ids('deploy')).toEqual([
    ...['api.prepare', 'site.prepare', 'web.prepare'],
    'database.migrate',
    ...['api.start', 'site.start', 'api.verify', 'site.verify', 'web.start', 'web.verify'],
    ...['api.switch', 'site.switch', 'web.switch'],
    'api.retire',
  ])
})

test('a rollback switches the API last', () => {
  expect(ids('rollback').filter(id => id.endsWith('switch'))).toEqual(['web.switch', 'site.switch', 'api.switch'])
})

test('pages are switched behind every API, and back before it, in whatever order the config has them', () => {
  const named = (service: string, isPages: boolean, ...needs: string[]): ServicePlan => ({
    ...{ service, isPages, needs, runsIn: 'job', steps: steps(service, 'switch') },
  })
  const mixed = [
    ...[named('admin', true), named('backend', false), named('builder', true, 'backend'), named('runtime', false)],
    named('edge', false, 'builder'),
  ]
  const order = ['backend', 'runtime', 'admin', 'builder', 'edge']
  expect(orderSteps(mixed, 'deploy').map(step => step.service)).toEqual(order)
  expect(orderSteps(mixed, 'rollback').map(step => step.service)).toEqual(order.toReversed())
})

test('however many ways lead through the needs of services, each of them is looked at once', () => {
  let looks = 0
  const names = Array.from({ length: 20 }, (_, index) => `service-${index}`)
  const woven = names.map((service, index) => ({
    ...{ service, runsIn: 'job' as const, isPages: false, steps: steps(service, 'start') },
    get needs() {
      looks += 1
      return names.slice(Math.max(0, index - 3), index)
    },
  }))
  expect(orderSteps(woven, 'deploy').map(step => step.service)).toEqual(names)
  // Once for when it starts, once for when it is switched.
  expect(looks).toBe(2 * names.length)
})

test('taken up again, only what lasts is not done again: all that a vendor did, and no process of the server', () => {
  const answer = { id: 'dpl_1' }
  const before = orderSteps(plans, 'deploy').map(step => ({ ...step, status: 'done' as const, answer }))
  const inJob = plans.map(plan => ({ ...plan, runsIn: plan.service === 'web' ? ('job' as const) : plan.runsIn }))
  const taken = takeUp(orderSteps(inJob, 'deploy'), before)
  expect(taken.filter(step => step.status === 'done').map(step => step.id)).toEqual([
    ...['api.prepare', 'site.prepare', 'web.prepare'],
    'database.migrate',
    ...['web.start', 'web.verify', 'web.switch'],
  ])
  expect(taken.every(step => step.answer === answer)).toBe(true)
})
