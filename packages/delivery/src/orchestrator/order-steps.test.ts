import { expect, test } from 'vitest'
import { orderSteps, type ServicePlan, takeUp } from './order-steps.ts'

const steps = (service: string, ...actions: ('migrate' | 'prepare' | 'start' | 'health' | 'switch' | 'retire')[]) =>
  actions.map(action => ({ id: `${service}.${action}`, service, action, summary: '' }))
const plans: ServicePlan[] = [
  { service: 'database', needs: [], steps: steps('database', 'migrate') },
  { service: 'api', needs: ['database'], steps: steps('api', 'prepare', 'start', 'health', 'switch', 'retire') },
  { service: 'site', needs: ['database'], steps: steps('site', 'prepare', 'start', 'health', 'switch') },
  { service: 'web', needs: ['api'], steps: steps('web', 'prepare', 'start', 'health', 'switch') },
]
const ids = (kind: 'deploy' | 'rollback') => orderSteps(plans, kind).map(step => step.id)

test('services of one depth start together; needed ones are healthy before others start; the API is switched first', () => {
  expect(ids('deploy')).toEqual([
    'database.migrate',
    ...['api.prepare', 'site.prepare', 'web.prepare'],
    ...['api.start', 'site.start', 'api.health', 'site.health', 'web.start', 'web.health'],
    ...['api.switch', 'site.switch', 'web.switch'],
    'api.retire',
  ])
})

test('a rollback switches the API last', () => {
  expect(ids('rollback').filter(id => id.endsWith('switch'))).toEqual(['web.switch', 'site.switch', 'api.switch'])
})

test('taken up again, only what lasts is not done again', () => {
  const before = orderSteps(plans, 'deploy').map(step => ({ ...step, status: 'done' as const, detail: 'before' }))
  const taken = takeUp(orderSteps(plans, 'deploy'), before)
  expect(taken.filter(step => step.status === 'done').map(step => step.id)).toEqual([
    'database.migrate',
    'api.prepare',
    'site.prepare',
    'web.prepare',
  ])
})
