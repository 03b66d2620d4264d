import { AlertConfig, GateConfig } from '@gantry/core/config'
import { expect, test } from 'vitest'
import * as words from './words.ts'

test('every gate word makes a gate the config accepts', () => {
  const said = [
    words.ciGreen(),
    words.ciGreen({ workflow: 'x.yml' }),
    words.e2eGreen(),
    words.e2eGreen({ job: 'x' }),
    words.soak('5m'),
    words.noNewIssues(),
    words.migrationsSafe(),
  ]
  expect(said.map(each => GateConfig.parse(each))).toMatchObject(said)
})

test('so does every alert word', () => {
  const alerts = [words.errorRate({ above: 0.1 }), words.down('home', { for: '10s', severity: 'info' })]
  expect(alerts.map(each => AlertConfig.parse(each))).toMatchObject(alerts)
})

test('a value that differs by machine is a name', () => expect(words.env('KEY')).toBe(['$', '{KEY}'].join('')))
