import { expect, test } from 'vitest'
import { readRunbook } from './read-runbook.ts'

const read = (text: string) => readRunbook('docs/runbooks/bad-release.md', text)

test('reads front matter and Markdown', () => {
  expect(
    read(
      '---\ntitle: "A bad release"\nalerts: [error-spike, \'api-down\']\nseverity: critical\n# a comment\n\n---\n\n# Other\n- [ ] one\n',
    ),
  ).toEqual({
    slug: 'bad-release',
    title: 'A bad release',
    alerts: ['error-spike', 'api-down'],
    severity: 'critical',
    markdown: '# Other\n- [ ] one',
  })
})

test('takes Windows line ends, a byte order mark, and a heading for a title', () => {
  expect(read('\uFEFF---\r\nalerts: error-spike\r\n---\r\n# From the heading\r\n')).toMatchObject({
    title: 'From the heading',
    alerts: ['error-spike'],
    severity: null,
  })
  expect(read('# Plain\ntext')).toMatchObject({ title: 'Plain', alerts: [] })
  expect(read('just text')).toMatchObject({ title: 'bad-release' })
})

test.each([
  ['---\ntitle: x\n# never ends', 'bad-release.md:1: expected a second line'],
  ['---\ntitle: x\nnonsense\n---\n', 'bad-release.md:3: expected `name: value`, got "nonsense"'],
  ['---\nseverity: loud\n---\n', 'bad-release.md:2: severity: expected critical, warning or info, got "loud"'],
])('says where the front matter is wrong: %j', (text, message) => {
  expect(() => read(text)).toThrow(message)
})
