import { stripVTControlCharacters } from 'node:util'
import { expect, it } from 'vitest'
import { ago, between, took } from './ago.ts'
import { painter } from './paint.ts'
import { cut, shown, table } from './table.ts'

const now = new Date('2026-11-23T10:00:00Z')

it('pads columns to what a terminal shows of their cells', () => {
  const { red } = painter({ isTty: true }, {})
  const text = table(
    ['a', 'state'],
    [
      [red('wide cell'), 'x'],
      ['b', 'y'],
    ],
  )
  expect(stripVTControlCharacters(text)).toBe('a          state\nwide cell  x\nb          y\n')
  expect(table(['a'], [])).toBe('')
})

it('colours only a terminal whose person wants it', () => {
  expect(painter({ isTty: true }, {}).red('x')).toBe('\u001b[31mx\u001b[39m')
  expect(painter({ isTty: false }, {}).red('x')).toBe('x')
  expect(painter({ isTty: true }, { NO_COLOR: '1' }).red('x')).toBe('x')
  expect(painter({ isTty: true }, { TERM: 'dumb' }).red('x')).toBe('x')
})

it("takes out of foreign text what could move the terminal's cursor", () => {
  expect(shown('a\u001b[2Jb\r\nc\u0007d')).toBe('ab c d')
  expect(cut('\u001b[31mabcdef\u001b[39m', 4)).toBe('abc…')
})

it('says times as people do', () => {
  expect(ago('2026-11-23T09:48:00Z', now)).toBe('12 min ago')
  expect(ago(null, now)).toBe('–')
  expect([400, 12_345, 185_000, -5].map(took)).toEqual(['0.4 s', '12 s', '3 min 05 s', '0.0 s'])
  expect(between('2026-11-23T09:59:00Z', undefined, now)).toBe(60_000)
  expect(between(undefined, undefined, now)).toBe(0)
})
