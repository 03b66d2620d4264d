import { expect, test } from 'vitest'
import { databaseName, vendorName } from './unique-name.ts'

const joined = [
  ...[
    { project: 'a', service: 'b-c', environment: 'pr-12' },
    { project: 'a-b', service: 'c', environment: 'pr-12' },
  ],
  ...['x', 'y'].map(end => ({ project: 'shop', service: `${'s'.repeat(80)}${end}`, environment: 'pr-12' })),
]

test('names that are alike when they are joined or cut stay different, and are labels that say the environment', () => {
  expect(new Set(joined.map(vendorName)).size).toBe(4)
  expect(new Set(joined.map(databaseName)).size).toBe(4)
  for (const name of joined.map(vendorName)) expect(name).toMatch(/^[a-z0-9-]{1,54}-pr-12-[0-9a-f]{8}$/)
  for (const name of [...joined.map(vendorName), ...joined.map(databaseName)])
    expect(name.length).toBeLessThanOrEqual(63)
})
