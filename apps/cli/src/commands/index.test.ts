import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { typed } from '../testing/test-host.ts'
import { commands } from './index.ts'

const names = Object.keys(commands)

it('registers every file, and only files', () => {
  const files = readdirSync(import.meta.dirname).filter(file => !file.endsWith('.test.ts') && file !== 'index.ts')
  expect(names.map(name => `${name}.ts`).toSorted()).toEqual(files.toSorted())
})

describe.each(Object.entries(commands))('%s', (name, { load }) => {
  it('shows an example that begins with its name', async () => {
    const { command } = await load()
    expect(command.examples.every(example => example === name || example.startsWith(`${name} `))).toBe(true)
    const { code, out } = await typed([name, '--help'])
    expect(code).toBe(0)
    expect(out).toContain(`$ gantry ${command.examples[0]}`)
    expect(out).toContain('--json')
  })

  it('refuses an option that it does not know, with the nearest word, and does nothing', async () => {
    const { code, out, err } = await typed([name, '--jsno'])
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain("unknown option '--jsno' (Did you mean --json?)")
  })
})
