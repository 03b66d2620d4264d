import type { Deployment } from '@gantry/core'
import type { EnvironmentStatus } from '@gantry/delivery'
import { expect, test } from 'vitest'
import { sharedAddresses } from './shared-addresses.ts'

test('servers that do not work on a project know where its services are, at vendors and on the one that does', async () => {
  const settings = new Map<string, unknown>()
  const live = { environment: 'staging', addresses: { web: 'https://shop.example.com', api: 'http://10.0.0.1:1' } }
  const here = { project: 'shop', environment: 'staging', services: [{ service: 'api', address: 'http://10.0.0.1:2' }] }
  const parts = {
    store: {
      projects: {
        setting: async (_project: string, name: string) => settings.get(name) ?? null,
        saveSetting: async (_project: string, name: string, value: unknown) => void settings.set(name, value),
      },
      deployments: { allLive: async () => [live as unknown as Deployment] },
    },
    machine: { address: () => null, status: () => [here as unknown as EnvironmentStatus] },
  }
  await sharedAddresses('shop', { ...parts, hand: { isOurs: () => true } }).say()
  const other = sharedAddresses('shop', { ...parts, hand: { isOurs: () => false } })
  await other.learn()
  expect(['web', 'api', 'gone'].map(service => other.address('staging', service))).toEqual([
    'https://shop.example.com',
    // As it is now: another program may have had its port after a restart.
    'http://10.0.0.1:2',
    null,
  ])
})
