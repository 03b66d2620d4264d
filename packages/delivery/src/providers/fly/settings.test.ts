import { expect, test } from 'vitest'
import { fly, publicAddress } from './settings.ts'

const at = (environment: string, host?: string | Record<string, string>) =>
  publicAddress(
    `shop-${environment}`,
    environment,
    fly.settings.schema.parse(fly({ app: 'shop-{environment}', ...(host && { host }) })),
  )

test('each environment has an address of its own', () => {
  expect([at('staging'), at('production')]).toEqual(['https://shop-staging.fly.dev', 'https://shop-production.fly.dev'])
  expect(at('staging', 'api-{environment}.shop.example')).toBe('https://api-staging.shop.example')
  const own = { production: 'api.shop.example' }
  expect([at('staging', own), at('production', own)]).toEqual([
    'https://shop-staging.fly.dev',
    'https://api.shop.example',
  ])
})
