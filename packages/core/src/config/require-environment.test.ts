import { expect, test } from 'vitest'
import { requireEnvironment } from './require-environment.ts'

const environment = { approvals: 0 } as never

test('answers with its settings', () => {
  expect(requireEnvironment({ environments: { staging: environment } }, 'staging')).toBe(environment)
})

test.each([
  ['prod', { staging: environment, production: environment }, '"prod", only staging, production'],
  ['constructor', { staging: environment }, '"constructor", only staging'],
  ['staging', {}, '"staging", only none'],
])('%s is none', (name, environments, said) => {
  expect(() => requireEnvironment({ environments }, name)).toThrow(`gantry.config.ts names no environment ${said}`)
})
