import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { applyEdits } from '../apply-edits.ts'
import { lintText, ownIds } from '../lint-text.ts'
import type { Example } from '../rule.ts'
import { asFile } from '../testing/as-file.ts'
import { rules } from './index.ts'

const ids = rules.map(({ id }) => id)

it('has a rule for each file, a file for each rule, and no id twice', () => {
  const files = readdirSync(import.meta.dirname).filter(name => !name.endsWith('.test.ts') && name !== 'index.ts')
  expect(ids.map(id => `${id}.ts`).toSorted()).toEqual(files.toSorted())
  expect(new Set([...ids, ...ownIds]).size).toBe(ids.length + ownIds.length)
})

describe.each(rules)('$id', ({ id, summary, why, fix, bad, good }) => {
  const found = (example: Example, text = asFile(example).text) => {
    const { path, repository } = asFile(example)
    return lintText(path, text, repository)
  }
  const own = (example: Example, text?: string) => found(example, text).filter(({ rule }) => rule === id)

  it('says what, why and what to do, as sentences', () => {
    for (const text of [summary, why, fix]) expect(text).toMatch(/^[A-Z`].*\.$/s)
  })

  it.each(bad)('finds exactly the marked lines: %j', example => {
    const { badLines } = asFile(example)
    expect(badLines).not.toEqual([])
    expect([...new Set(own(example).map(({ line }) => line))]).toEqual(badLines)
    for (const { message } of own(example)) expect(message).toMatch(/^expected .*, got /s)
  })

  it.each(good)('leaves alone: %j', example => {
    expect(own(example)).toEqual([])
  })

  it.each([...bad, ...good])('has examples GitHub would take: %j', example => {
    const refused = found(example).filter(({ rule }) => rule === 'valid')
    if (id !== 'valid') expect(refused).toEqual([])
  })

  it.each(bad)('mends by its edits what they are for, and breaks nothing: %j', example => {
    const mendable = own(example).filter(({ edits }) => edits.length > 0)
    let { text } = asFile(example)
    for (let round = 0; round < 10; round++) text = applyEdits(text, own(example, text), { movingTags: true }).text
    expect(own(example, text)).toHaveLength(own(example).length - mendable.length)
    expect(found(example, text).filter(({ rule }) => rule === 'valid')).toEqual([])
  })
})
