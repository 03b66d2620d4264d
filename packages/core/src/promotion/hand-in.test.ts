import { expect, test } from 'vitest'
import { handIn } from './hand-in.ts'

const rita = { id: 'rita@example.com', name: 'Rita' }
const of = (...emails: string[]) => ({ names: ['Rita'], emails })
const wrote = (contributor: string, email: string | null = null) =>
  handIn({ wrote: ['Dev <dev@example.com>', contributor], pushed: [] }, rita, email === null ? of() : of(email))

test.each(['Rita <rita@work.example>', 'Someone <rita@example.com>', 'RITA', 'rita@example.com', ' rita '])(
  'any of those who wrote is known by name or id: %s',
  contributor => expect(wrote(contributor)).toBe('wrote'),
)

test('others are others', () => {
  expect(wrote('Margarita <margarita@example.com>')).toBeNull()
  expect(handIn({ wrote: [], pushed: [] }, rita, of())).toBeNull()
  expect(handIn({ wrote: [''], pushed: [''] }, { id: '', name: '' }, { names: [''], emails: [] })).toBeNull()
})

test('two addresses decide: another name does not hide the author, the same name does not make one', () => {
  expect(wrote('R. Stone <Rita@home.example>', 'rita@home.example')).toBe('wrote')
  expect(wrote('Rita <rita@elsewhere.example>', 'rita@home.example')).toBeNull()
  expect(wrote('Rita <rita@elsewhere.example>', null)).toBe('wrote')
  expect(wrote('Rita', 'rita@home.example')).toBe('wrote')
})

test('an address somebody had before is theirs', () => {
  const contributors = { wrote: ['Rita <rita@before.example>'], pushed: [] }
  expect(handIn(contributors, rita, of('rita@now.example', 'Rita@before.example'))).toBe('wrote')
  expect(handIn(contributors, rita, of('rita@now.example'))).toBeNull()
})

test('a name somebody had before is theirs, where git knows no address of them', () => {
  const now = { id: '7f', name: 'Greta' }
  for (const contributors of [
    { wrote: ['rita <17+rita@users.noreply.github.com>'], pushed: [] },
    { wrote: [], pushed: ['Rita'] },
  ]) {
    const [before, never] = [['Greta', 'Rita'], ['Greta']].map(names =>
      handIn(contributors, now, { names, emails: ['greta@now.example'] }),
    )
    expect([before !== null, never]).toEqual([true, null])
  }
})

test('an address that GitHub hides is none', () => {
  expect(wrote('Rita <17+rita@users.noreply.github.com>', 'rita@home.example')).toBe('wrote')
  expect(wrote('Kim <18+kim@users.noreply.github.com>', 'rita@home.example')).toBeNull()
})

test('whoever pushed is known by name, id or address', () => {
  const pushed = (by: string, email: string | null = null) =>
    handIn({ wrote: [], pushed: ['ci', by] }, rita, email === null ? of() : of(email))
  expect([pushed('rita'), pushed('rita@example.com'), pushed('r@home', 'R@home')]).toEqual([
    'pushed',
    'pushed',
    'pushed',
  ])
  expect(pushed('kim')).toBeNull()
})

test('an account on GitHub is told by its number, whatever it is called, of whoever signs in with it', () => {
  const linked = { names: ['Rita'], emails: ['rita@home.example'], github: [17] }
  const pushed = (by: string, knownAs = linked) => handIn({ wrote: [], pushed: [by] }, rita, knownAs)
  expect(pushed('renamed <17+renamed@users.noreply.github.com>')).toBe('pushed')
  expect(pushed('Rita <18+rita@users.noreply.github.com>')).toBeNull()
  expect(handIn({ wrote: ['X <17+old@users.noreply.github.com>'], pushed: [] }, rita, linked)).toBe('wrote')
  // Without a number the name has to do.
  expect(pushed('someone <Rita@users.noreply.github.com>')).toBe('pushed')
  expect(pushed('someone <kim@users.noreply.github.com>')).toBeNull()
  // An address it is known by decides as any other.
  expect(pushed('renamed <rita@home.example>')).toBe('pushed')
  expect(pushed('Rita <kim@home.example>')).toBeNull()
})
