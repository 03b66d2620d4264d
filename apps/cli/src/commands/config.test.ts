import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { tempFolder, typed } from '../testing/test-host.ts'

const withConfig = (channel: string) => {
  const cwd = tempFolder()
  execFileSync('git', ['init', '--quiet'], { cwd })
  const text = `export default {
  project: 'shop',
  services: { web: { path: '.', deploy: { provider: 'local', kind: 'static' } } },
  environments: { staging: { on: 'main' } },
  routes: [{ to: [${channel}] }],
}
`
  writeFileSync(join(cwd, 'gantry.config.ts'), text)
  return cwd
}

it('reads the config here, and says what stands in it for adapters', async () => {
  const cwd = withConfig("{ type: 'slack', name: 'slack:#ops' }")
  const { code, out } = await typed(['config', 'check', '--json'], { cwd })
  expect(code).toBe(0)
  expect(JSON.parse(out).adapters).toEqual([
    { kind: 'provider', name: 'local', path: 'services.web.deploy' },
    { kind: 'channel', name: 'slack', path: 'routes.0.to.0' },
  ])
})

it('names what is wrong with its path and the nearest right word', async () => {
  const wrong = await typed(['config'], { cwd: withConfig("{ type: 'slak', name: 's' }") })
  expect(wrong.code).not.toBe(0)
  expect(wrong.err).toContain(
    'routes.0.to.0.type: expected "pagerduty" or "slack" or "webhook", got "slak"; did you mean',
  )
  const odd = await typed(['config'], { cwd: withConfig("{ type: 'slack', name: 's', webhokUrlEnv: 'X' }") })
  expect(odd.err).toContain('routes.0.to.0.webhokUrlEnv: not a known field; did you mean "webhookUrlEnv"?')
})

it('explains a word, and all of them', async () => {
  const { out } = await typed(['config', 'words', 'slack'])
  expect(out).toContain("  slack('#ops')")
  expect(out).toContain('reads SLACK_WEBHOOK_URL: https address')
  expect(out).toMatch(/webhookUrlEnv +"SLACK_WEBHOOK_URL"/)
  expect((await typed(['config', 'words'])).out).toMatch(/local +provider/)
  expect((await typed(['config', 'check', 'slack'])).code).toBe(2)
})

it('prints the schema for programs', async () => {
  const { out } = await typed(['config', 'schema'])
  expect(JSON.parse(out)).toMatchObject({ title: 'gantry.config.ts', type: 'object', required: expect.any(Array) })
})
