import { local, parseConfig } from '@gantry/config'
import { expect, test } from 'vitest'
import { serviceKinds } from './service-kinds.ts'

const config = parseConfig({
  project: 'shop',
  services: {
    web: { path: '.', deploy: local({ kind: 'static' }) },
    database: { path: '.', deploy: local({ kind: 'postgres', migrations: 'm' }) },
  },
  environments: { staging: { on: 'main' } },
})

test('a service is what its provider says', async () => {
  expect(Object.fromEntries(await serviceKinds(config))).toEqual({
    web: { kind: 'static', isStateful: false },
    database: { kind: 'postgres', isStateful: true },
  })
})

test('services of a config that is refused today are shown by the names of their providers', async () => {
  const old = structuredClone(config)
  if (old.services['web']) old.services['web'].deploy = { provider: 'elsewhere' }
  expect((await serviceKinds(old)).get('web')).toEqual({ kind: 'elsewhere', isStateful: false })
})
