import { expect, test } from 'vitest'
import { AlertConfig, ChannelConfig, GateConfig, MonitorConfig } from './config.ts'
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
  expect(said.map(each => GateConfig.parse(each))).toEqual(said)
})

test('so does every alert, monitor and channel word', () => {
  const alerts = [words.errorRate({ above: 0.1 }), words.down('home', { for: '10s', severity: 'info' })]
  expect(alerts.map(each => AlertConfig.parse(each))).toEqual(alerts)
  expect(MonitorConfig.parse(words.http({ url: 'https://example.com' }, { every: '5s' }))).toMatchObject({
    every: '5s',
    path: '/',
  })
  const channels = [
    words.slack('#ops'),
    words.slack('#dev', { webhookUrlEnv: 'X' }),
    words.pagerduty(),
    words.pagerduty({ name: 'night', routingKeyEnv: 'Y' }),
  ]
  expect(channels.map(each => ChannelConfig.parse(each).name)).toEqual([
    'slack:#ops',
    'slack:#dev',
    'pagerduty',
    'pagerduty:night',
  ])
})

test('a value that differs by machine is a name', () => expect(words.env('KEY')).toBe(['$', '{KEY}'].join('')))
