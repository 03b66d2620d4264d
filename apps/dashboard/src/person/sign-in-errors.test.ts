import { expect, test } from 'vitest'
import { ownAddress, providerRefusal } from './sign-in-errors.ts'

test('why a provider refused is said in our words; text of the address is never shown', () => {
  expect(providerRefusal('?x=1')).toBeNull()
  expect(providerRefusal('?error=invitation_needed&error_description=Call+0190')).toMatch(/by invitation/)
  expect(providerRefusal('?error=Call+0190')).toBe('The log of the server says why.')
})

test('after a sign-in the page of before is opened, and never one of another server', () => {
  const at = (pathname: string) => new URL(ownAddress({ origin: 'https://gantry.example', pathname }))
  expect(at('/p/shop/runs').href).toBe('https://gantry.example/p/shop/runs')
  expect(at('/signed-in').pathname).toBe('/')
  for (const path of ['//evil.example/', '///evil.example', '/\\evil.example'])
    expect(at(path).origin).toBe('https://gantry.example')
})
