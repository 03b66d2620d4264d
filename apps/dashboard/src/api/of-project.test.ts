import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const src = join(import.meta.dirname, '..')
/** What is about the server, or whoever asks. Everything else belongs to the page's project. */
const ofServer =
  /^[`']\/(me|projects|sign-in|sign-out|adapters|people|tokens|sessions|invitations|profile|runners|secret-key)\b/

test('what a screen asks for is of its project, unless it is about the server or oneself', () => {
  const asked = globSync('**/*.{ts,tsx}', { cwd: src })
    .filter(file => !file.endsWith('.test.ts'))
    .flatMap(file => {
      const text = readFileSync(join(src, file), 'utf8')
      const paths = [...text.matchAll(/\b(?:get|post|getText)(?:<[^()]*>)?\(\s*([`'][^`']*)/g)]
      return paths.map(([, path = '']) => ({ file, path }))
    })
  expect(asked.length).toBeGreaterThan(2)
  expect(asked.filter(({ path }) => path.includes('/') && !ofServer.test(path))).toEqual([])
})
