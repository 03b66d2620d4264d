import { expect, test } from 'vitest'
import { ownersOf, readCodeOwners } from './code-owners.ts'

const rules = readCodeOwners(`# who looks after what
*            @shop/all
*.css        @mira
/apps/web/   @shop/web  # the front end
docs/*       docs@shop.example
**/billing/**/*.ts @pay
apps/**/legal
README.md    not-an-owner
[Section]
`)

test.each([
  ['src/index.ts', ['@shop/all']],
  ['deep/down/style.css', ['@mira']],
  ['apps/web/src/main.ts', ['@shop/web']],
  ['other/apps/web/main.ts', ['@shop/all']],
  ['docs/guide.md', ['docs@shop.example']],
  ['docs/deep/guide.md', ['@shop/all']],
  ['packages/billing/src/card.ts', ['@pay']],
  ['billing/card.ts', ['@pay']],
  ['apps/web/legal', []],
  ['apps/a/b/legal/terms.md', []],
  ['README.md', []],
])('%s is looked after by the last line that fits', (path, owners) => {
  expect(ownersOf(path, rules)).toEqual(owners)
})

test('a hostile pattern takes no time', () => {
  const hostile = readCodeOwners(`${'*a'.repeat(200)}b @x\n${'**/'.repeat(300)}x @y`)
  expect(ownersOf(`${'a'.repeat(4_000)}/${'a/'.repeat(500)}z`, hostile)).toEqual([])
})
