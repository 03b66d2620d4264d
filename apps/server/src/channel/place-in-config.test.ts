import { expect, test } from 'vitest'
import { lineOfChannel, lineOfEnvironment } from './place-in-config.ts'

const config = `import { slack, pagerduty, webhook } from '@gantry/config'
// production: not here, nor slack('#ops')
/* environments: { production: {} }
   slack('#ops') */
export default defineConfig({
  services: { production: { path: '.' } },
  environments: { staging: { on: 'main' },
    'production-eu': { from: 'staging' },
    production: { from: 'staging', approvals: 1 },
  },
  routes: [
    { severity: 'critical', to: [pagerduty(), slack("#ops")] },
    { to: [slack('#ops-quiet'), webhook({ name: 'x' })] },
  ],
})
`

test('finds where an environment is described, not where its name stands elsewhere', () => {
  expect(['staging', 'production-eu', 'production', 'prod'].map(name => lineOfEnvironment(config, name))).toEqual([
    7,
    8,
    9,
    null,
  ])
  expect(lineOfEnvironment('export default x', 'staging')).toBeNull()
})

test('finds where a channel is named in the routes', () => {
  const names = ['pagerduty', 'slack:#ops', 'slack:#ops-quiet', 'slack:#dev', 'webhook']
  expect(names.map(name => lineOfChannel(config, name))).toEqual([12, 12, 13, null, 13])
})
