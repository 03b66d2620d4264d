import { describe, expect, it } from 'vitest'
import { decideWrites } from './decide-writes.ts'
import { authorshipOf, sealed, withMark } from './generated-mark.ts'

const ours = withMark('a.yml', 'name: ci\n')

describe('the line on top of a generated file', () => {
  it.each([
    ['a.yml', 'name: ci\n', '# Made by'],
    ['a.ts', 'export default {}\n', '// Made by'],
    ['a.md', '# Title\n', '<!-- Made by'],
  ])('suits %s', (path, body, start) => {
    const text = withMark(path, body)
    expect(text.startsWith(start)).toBe(true)
    expect(text.endsWith(body)).toBe(true)
    expect(authorshipOf(text)).toBe('ours')
  })

  it('stands behind the front matter, which must come first', () => {
    const text = withMark('a.md', '---\ntitle: T\n---\n\n# T\n')
    expect(text).toMatch(/^---\ntitle: T\n---\n<!-- Made by/)
    expect(authorshipOf(text)).toBe('ours')
  })

  it('tells an edit, a foreign file and a change of line ends apart', () => {
    expect(authorshipOf(ours.replace('ci', 'checks'))).toBe('edited')
    expect(authorshipOf(`${ours}\n`)).toBe('edited')
    expect(authorshipOf('name: ci\n')).toBe('theirs')
    expect(authorshipOf(ours.replaceAll('\n', '\r\n'))).toBe('ours')
    expect(authorshipOf(`${'x\n'.repeat(20)}${ours}`)).toBe('theirs')
  })

  it('fits again after a formatter', () => {
    const formatted = ours.replace('name: ci', 'name:  ci')
    expect(authorshipOf(formatted)).toBe('edited')
    expect(authorshipOf(sealed(formatted))).toBe('ours')
  })
})

describe('decideWrites', () => {
  const newer = withMark('a.yml', 'name: newer\n')
  const decide = (before: string | undefined, isForced = false, isBlock = false) =>
    decideWrites([{ path: 'a.yml', text: newer, isBlock }], () => before, { isForced })[0]

  it.each([
    ['creates what is not there', undefined, 'create'],
    ['leaves what is the same', newer, 'same'],
    ['makes its own anew', ours, 'update'],
    ['leaves what was edited', `${ours}more: true\n`, 'skip'],
    ['leaves what people wrote', 'name: theirs\n', 'skip'],
  ])('%s', (_, before, kind) => {
    expect(decide(before)?.kind).toBe(kind)
  })

  it('overwrites edits when forced, and never what people wrote', () => {
    expect(decide(`${ours}more: true\n`, true)?.kind).toBe('update')
    expect(decide('name: theirs\n', true)).toMatchObject({ kind: 'skip', remedy: expect.stringContaining('mv a.yml') })
  })

  it('puts a block into a file of people', () => {
    expect(decide('# Readme\n', false, true)?.kind).toBe('update')
  })
})
