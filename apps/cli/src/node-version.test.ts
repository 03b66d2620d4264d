import { expect, it } from 'vitest'
import { nodeTooOld } from './node-version.ts'

it.each(['22.18.0', '24.21.0', '23.0.1'])('runs on Node %s', version => {
  expect(nodeTooOld(version)).toBeNull()
})

it.each(['20.20.2', '22.17.9', '18.0.0'])('refuses Node %s in words', version => {
  expect(nodeTooOld(version)).toMatchObject({
    code: 'NODE_TOO_OLD',
    message: `expected Node 22.18 or newer, this is ${version}`,
    hint: expect.stringContaining('npx pnpm@12'),
  })
})
