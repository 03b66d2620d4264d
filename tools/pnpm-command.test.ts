import { expect, test } from 'vitest'
import { pnpmCommand } from './pnpm-command.ts'

test('calls the pnpm that runs us, native or a script', () => {
  expect(pnpmCommand({ npm_execpath: '/x/pnpm' })).toEqual(['/x/pnpm'])
  expect(pnpmCommand({ npm_execpath: '/x/pnpm.cjs' })).toEqual([process.execPath, '/x/pnpm.cjs'])
})

test('fetches pnpm when something else runs us', () => {
  expect(pnpmCommand({})).toEqual(['npx', '--yes', 'pnpm@12'])
  expect(pnpmCommand({ npm_execpath: '/x/npm-cli.js' })).toEqual(['npx', '--yes', 'pnpm@12'])
})
