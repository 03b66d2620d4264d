import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { catalogue } from '@gantry/core'
import { expect, test } from 'vitest'
import { cataloguePage } from './catalogue-docs.ts'
import { root } from './command.ts'

const page = await readFile(join(root, 'docs/reference/errors.md'), 'utf8')
const codesOf = (text: string) => [...text.matchAll(/^## ([A-Z_]+)$/gm)].map(([, code]) => code)

test('the catalogue and docs/reference/errors.md hold the same codes, both ways', () => {
  expect(codesOf(page)).toEqual(Object.keys(catalogue))
})

test('docs/reference/errors.md is what the catalogue renders now; else run `node tools/generated.ts`', () => {
  expect(page).toBe(cataloguePage(catalogue))
})

test('a code is rendered with its status, exit code and hint', () => {
  const text = cataloguePage({ TEAPOT: { status: 418, exit: 2, hint: 'Ask for coffee: `gantry brew`.' } })
  expect(text).toContain('## TEAPOT\n\nHTTP 418, exit 2. Ask for coffee: `gantry brew`.\n')
})

test('a hint that names a page of the docs names one that exists', () => {
  const named = Object.values(catalogue).flatMap(({ hint }) => hint.match(/(?:docs|examples)\/[\w/.-]+\.md/g) ?? [])
  expect(named.filter(path => !existsSync(join(root, path)))).toEqual([])
})
