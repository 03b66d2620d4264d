import { readdirSync } from 'node:fs'
import { type ConfigInput, local, parseConfig } from '@gantry/core/config'
import { describe, expect, test } from 'vitest'
import { LocalSettings } from '../local/local-settings.ts'
import { tinyConfig } from '../testing/tiny-product.ts'
import { bindServices } from './bound-service.ts'
import { providers } from './index.ts'

const withDeploy = (deploy: ConfigInput['services'][string]['deploy']) =>
  tinyConfig({ services: { api: { path: '.', deploy } } })

test('every provider has a name of its own', () => {
  expect(new Set(providers.map(each => each.type)).size).toBe(providers.length)
  expect(readdirSync(new URL('../local', import.meta.url)).filter(name => name.endsWith('-provider.ts'))).toEqual([
    'local-provider.ts',
  ])
})

test('services come in the order they need each other', () => {
  const deploy = local({ kind: 'static' })
  const config = parseConfig({
    project: 'p',
    services: {
      c: { path: '.', needs: ['b'], deploy },
      b: { path: '.', needs: ['a'], deploy },
      a: { path: '.', deploy },
    },
    environments: { staging: { on: 'main' } },
  })
  expect(bindServices(config).map(each => each.name)).toEqual(['a', 'b', 'c'])
})

describe('settings are strict', () => {
  test.each([
    [{ provider: 'locl' }, /services\.api\.deploy: there is no provider "locl"; did you mean "local"\?/],
    [{ provider: 'local', kind: 'node', entry: 'a.mjs', entri: 1 }, /Unrecognized key: "entri"/],
    [{ provider: 'local', kind: 'node', entry: '../out.mjs' }, /entry: a path inside the artifact/],
    [{ provider: 'local', kind: 'nod' }, /kind/],
  ])('%j', (deploy, message) => {
    expect(() => bindServices(withDeploy(deploy))).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) }),
    )
  })

  test('everything `local` can say is accepted', () => {
    const said = [
      local({ kind: 'postgres', migrations: 'm' }),
      local({ kind: 'node', entry: 'server.mjs', env: { A: 'b' } }),
      local({ kind: 'static', rewrites: { '/api/*': 'api' }, publicEnv: ['A'], spa: true }),
    ]
    expect(said.map(each => LocalSettings.parse(each).kind)).toEqual(['postgres', 'node', 'static'])
    expect(said.map(each => bindServices(withDeploy(each))[0]?.isStateful)).toEqual([true, false, false])
  })
})
