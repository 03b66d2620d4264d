import { expect, test } from 'vitest'
import { faultOfValueName, valueName } from './value-name.ts'

test.each(['STRIPE_KEY', '_X', 'A1', 'GITHUBBER'])('%s is a name', name => {
  expect(faultOfValueName(name)).toBeNull()
})

test.each([
  ['GITHUB_TOKEN', /does not begin with GITHUB_/],
  ['1PASSWORD', /does not begin with a digit/],
  ['A-B', /letters, digits and _/],
  ['A B', /letters, digits and _/],
  ['ÄPFEL', /letters, digits and _/],
  ['', /letters, digits and _/],
  ['__PROTO__ ', /letters, digits and _/],
  ['A'.repeat(201), /at most 200/],
])('"%s" is none, and why is said', (name, fault) => {
  expect(faultOfValueName(name)).toMatch(fault)
})

test('a name typed in small letters is the same name', () => {
  expect(valueName(' npm_token ')).toBe('NPM_TOKEN')
  expect(faultOfValueName(valueName('github_x'))).toMatch(/GITHUB_/)
})
