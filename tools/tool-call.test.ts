import { expect, test } from 'vitest'
import { readToolCall } from './tool-call.ts'

const page = {
  usage: 'pnpm check [name …] [--json]',
  about: 'Runs every check.',
  flags: { json: 'as JSON' },
  names: ['types', 'format'],
}
const read = (...typed: string[]) => readToolCall(typed, page)

test('knows its flags and names', () => {
  const known = read('types', '--json', 'format')
  expect('call' in known && [known.call.names, known.call.has('json'), known.call.has('help')]).toEqual([
    ['types', 'format'],
    true,
    false,
  ])
})

test.each(['--help', '-h'])('%s shows the page, whatever else is typed', flag => {
  expect(read('types', flag)).toEqual({
    page: 'usage: pnpm check [name …] [--json]\nRuns every check.\n  --json       as JSON\nnames: types format',
  })
})

test.each([['--jsno'], ['-x'], ['typos'], ['--json=no'], ['types', '--fast']])(
  '%s is refused with the page: nothing may begin',
  (...typed) => {
    const refused = read(...typed)
    expect('fault' in refused && refused.fault).toContain('usage: pnpm check')
  },
)

test('a tool without names takes none', () => {
  expect(readToolCall(['types'], { usage: 'pnpm test', about: '' })).toHaveProperty('fault')
})
