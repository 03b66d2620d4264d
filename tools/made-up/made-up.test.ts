import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { madeUp } from './adapters.ts'
import type { Looked } from './look.ts'
import { treeWith } from './tree.ts'

let tree: Awaited<ReturnType<typeof treeWith>>
let looked: Record<string, Looked>

beforeAll(async () => {
  tree = await treeWith(madeUp)
  const script = join(tree.dir, 'tools/made-up/look.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [script], { maxBuffer: 1 << 26 })
  looked = JSON.parse(stdout)
})
afterAll(() => rm(tree.dir, { recursive: true, force: true }))

describe.each(madeUp.map(each => [each.kind, each] as const))('a made-up %s', (_, adapter) => {
  test('is its own place and one line of a registry', () => {
    expect(tree.edited).toContain(adapter.place)
    expect(tree.edited).toContain(adapter.registry)
    expect(tree.edited.size).toBe(2 * madeUp.length)
  })

  const { typo } = adapter
  if (typo)
    test('is a word of the config, whose name and settings are refused when they are misspelt', () => {
      const { refusedName, refusedTypo } = looked[adapter.name] ?? {}
      expect(refusedName).toContain(`did you mean "${adapter.name}"?`)
      expect(refusedTypo).toContain(`${typo.setting}: not a known field; did you mean "${typo.of}"?`)
    })

  test('stands in the reference, in the schema for programs and in completion, and its variable in .env.example', () => {
    const { reference, schema, completion, environment } = looked[adapter.name] ?? {}
    expect(reference).toContain(`### ${adapter.name}\n`)
    if (adapter.typo) {
      expect(schema).toContain(`"const": "${adapter.name}"`)
      expect(completion).toMatch(new RegExp(`config\\) words='[^']*\\b${adapter.name}\\b`))
    }
    if (adapter.variable) expect(environment).toContain(`\n${adapter.variable}=`)
  })

  test('is asked to perform', () => {
    expect(looked[adapter.name]?.performed).toEqual(adapter.performed)
  })
})
