import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const src = join(import.meta.dirname, '..')

/** They bring zod: 25 KB packed, and a probe for `eval` that the page's policy refuses and reports. */
test('no screen loads the schemas of the API: it takes their types, and what it computes with from words', () => {
  const files = globSync('**/*.{ts,tsx}', { cwd: src }).filter(file => !file.endsWith('.test.ts'))
  const loading = files.filter(file => {
    const text = readFileSync(join(src, file), 'utf8')
    return [...text.matchAll(/^(?:import|export) (?!type )[^;]*?from '([^']+)'/gm)].some(
      ([, from]) => from === '@gantry/core/api',
    )
  })
  expect(files.length).toBeGreaterThan(100)
  expect(loading).toEqual([])
})
