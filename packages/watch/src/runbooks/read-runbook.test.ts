import { GantryError } from '@gantry/core'
import { expect, test } from 'vitest'
import { readRunbook } from './read-runbook.ts'

const read = (text: string) => readRunbook('docs/runbooks/bad-release.md', text)
const front = (...lines: string[]) => read(['---', ...lines, '---', '# Other', '- [ ] one', ''].join('\n'))

test('reads front matter and Markdown', () => {
  expect(
    front('title: "A bad release"', "alerts: [error-spike, 'api-down']", 'severity: critical', '# a comment', ''),
  ).toEqual({
    slug: 'bad-release',
    title: 'A bad release',
    alerts: ['error-spike', 'api-down'],
    severity: 'critical',
    markdown: '# Other\n- [ ] one',
  })
})

test.each([
  ['in brackets', ['alerts: [error-spike, api-down]']],
  ['in brackets over several lines', ['alerts: [', '  error-spike,', '  api-down,', ']']],
  ['one a line', ['alerts:', '  - error-spike', '  - "api-down" # the backend']],
  ['one a line, not indented', ['alerts:', '- error-spike', '- api-down']],
  ['in one line', ['alerts: error-spike, api-down']],
])('takes alerts %s', (_form, lines) => expect(front(...lines).alerts).toEqual(['error-spike', 'api-down']))

test('takes a title with a colon in quotes, over several lines, and none', () => {
  expect(front('title: "Rollback: how"').title).toBe('Rollback: how')
  expect(front('title: >-', '  A bad', '  release').title).toBe('A bad release')
  expect(front('title:', 'alerts:', 'severity:')).toMatchObject({ title: 'Other', alerts: [], severity: null })
  expect(front('title: ""').title).toBe('Other')
  expect(front()).toMatchObject({ title: 'Other', alerts: [], severity: null })
})

test('takes Windows line ends, a byte order mark, and a heading for a title', () => {
  expect(read('\uFEFF---\r\nalerts:\r\n  - error-spike\r\n--- \r\n# From the heading\r\n\r\ntext\r\n')).toEqual({
    slug: 'bad-release',
    title: 'From the heading',
    alerts: ['error-spike'],
    severity: null,
    markdown: '# From the heading\n\ntext',
  })
})

test('keeps neither of them where there is no front matter', () => {
  expect(read('\uFEFF# Plain\r\n- [ ] one\r\n- [ ] two\r\n')).toEqual({
    slug: 'bad-release',
    title: 'Plain',
    alerts: [],
    severity: null,
    markdown: '# Plain\n- [ ] one\n- [ ] two',
  })
  expect(read('just text')).toMatchObject({ title: 'bad-release', markdown: 'just text' })
  expect(read('')).toMatchObject({ title: 'bad-release', markdown: '' })
})

test('a line of the Markdown that looks like front matter stays Markdown', () => {
  expect(read('# One\n\n---\nseverity: loud\n---\n')).toMatchObject({ markdown: '# One\n\n---\nseverity: loud\n---' })
})

const deep = '['.repeat(9_000)
const bomb = [
  'a: &a [x, x, x, x, x, x, x, x, x, x]',
  ...'bcdef'.split('').map((name, index) => {
    const before = String.fromCharCode(name.charCodeAt(0) - 1)
    return `${name}: &${name} [${Array(10).fill(`*${before}`).join(', ')}]${index === 4 ? '\nalerts: *f' : ''}`
  }),
]

test.each([
  ['an end that is missing', ['---', 'title: x', '# never ends'], 1, 'expected a second line `---` that ends'],
  [
    'a line that is no field',
    ['---', 'title: x', 'nonsense', '---'],
    3,
    'expected `name: value`, and an end for every quote',
  ],
  ['a colon in a title', ['---', 'title: Rollback: how', '---'], 2, 'text that contains `: ` goes in quotes'],
  ['an alias of nothing', ['---', 'alerts: *all', '---'], 2, 'Unresolved alias'],
  ['a tag', ['---', 'title: !!js/function x', '---'], 2, 'Unresolved tag'],
  ['text', ['---', 'nonsense', '---'], 2, 'expected `name: value`, got "nonsense"'],
  ['a list', ['---', '- a', '---'], 2, 'expected `name: value`, got ["a"]'],
  [
    'a severity nobody knows',
    ['---', 'title: x', '', 'severity: loud', '---'],
    4,
    'severity: expected critical, warning or info, got "loud"',
  ],
  ['a severity nearly right', ['---', 'severity: critcal', '---'], 2, 'got "critcal"; did you mean "critical"?'],
  [
    'a field nearly right',
    ['---', 'title: x', 'alert: [a]', '---'],
    3,
    'alert: not a known field; did you mean "alerts"?',
  ],
  ['a field nobody knows', ['---', 'owner: ana', '---'], 2, 'owner: not a known field'],
  ['a field twice', ['---', 'title: x', 'title: y', '---'], 3, 'Map keys must be unique'],
  ['a prototype', ['---', '__proto__: { severity: info }', '---'], 2, '__proto__: not a known field'],
  [
    'a title that is a number',
    ['---', 'title: 500', '---'],
    2,
    'title: expected text (in quotes, if it looks like a number), got 500',
  ],
  ['alerts that are not names', ['---', 'alerts: [a, 5]', '---'], 2, 'alerts: expected names of alerts, got ["a",5]'],
  ['alerts in alerts', ['---', 'alerts:', '  a: b', '---'], 2, 'alerts: expected names of alerts, got {"a":"b"}'],
  [
    'a quote that never ends',
    ['---', 'severity: info', 'title: "x', '---'],
    3,
    'expected `name: value`, and an end for every quote',
  ],
  ['a tab', ['---', 'alerts:', '\t- a', '---'], 3, 'Tabs are not allowed as indentation'],
  ['brackets without end', ['---', `alerts: ${deep}`, '---'], 2, 'nested too deeply'],
  ['aliases of aliases', ['---', ...bomb, '---'], 2, 'Excessive alias count'],
  [
    'front matter without end',
    ['---', `title: ${'x'.repeat(10_000)}`, '---'],
    1,
    'expected front matter of at most 10000 characters, got 10007',
  ],
  ['a file far too long', ['x'.repeat(1_000_001)], 1, 'expected at most 1000000 characters, got 1000001'],
])('says where it is wrong: %s', (_fault, lines, line, message) => {
  const failed = (() => {
    try {
      return read(lines.join('\n'))
    } catch (cause) {
      return cause
    }
  })()
  expect(failed).toBeInstanceOf(GantryError)
  expect(failed).toMatchObject({ code: 'CONFIG_INVALID', facts: { path: 'docs/runbooks/bad-release.md', line } })
  expect(String(failed)).toContain(`bad-release.md:${line}: `)
  expect(String(failed)).toContain(message)
  expect(String(failed).length).toBeLessThan(300)
})
