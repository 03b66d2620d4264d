import { expect, test } from 'vitest'
import { authorsOf, dependencyChanges, type ReleaseComparison, variableChanges } from './compare-releases.ts'
import { readChangeset, releaseNotes } from './release-notes.ts'

test('dependencies that came, went or are of another version are named; a package.json that is none has none', () => {
  const before = JSON.stringify({ dependencies: { zod: '4.1.0', left: '1.0.0' }, devDependencies: { vitest: '5' } })
  const after = JSON.stringify({ dependencies: { zod: '4.2.0', kysely: '1' }, devDependencies: { vitest: '5' } })
  const file = 'apps/web/package.json'
  expect(dependencyChanges({ file, before, after })).toEqual([
    { file, name: 'kysely', from: null, to: '1' },
    { file, name: 'left', from: '1.0.0', to: null },
    { file, name: 'zod', from: '4.1.0', to: '4.2.0' },
  ])
  expect(dependencyChanges({ file, before: '{ broken', after: null })).toEqual([])
  expect(dependencyChanges({ file, before: null, after: '{"dependencies":["odd"]}' })).toEqual([])
})

test('variables are compared by name, those in comments too, and no value is said', () => {
  const changes = variableChanges({
    ...{ file: '.env.example', before: 'OLD=secret\nKEPT=a\n', after: 'KEPT=b\n# MAYBE=c\nexport NEW=d\n' },
  })
  expect(changes.map(({ name, change }) => [name, change])).toEqual([
    ['MAYBE', 'added'],
    ['NEW', 'added'],
    ['OLD', 'removed'],
  ])
  expect(JSON.stringify(changes)).not.toContain('secret')
})

test('authors are counted, most first', () => {
  expect(authorsOf([{ author: 'Kim' }, { author: 'Bo' }, { author: 'Bo' }])).toEqual([
    { author: 'Bo', commits: 2 },
    { author: 'Kim', commits: 1 },
  ])
  const tied = authorsOf([{ author: 'Kim' }, { author: 'Bo' }, { author: 'Zoe' }])
  expect(tied.map(({ author }) => author)).toEqual(['Bo', 'Kim', 'Zoe'])
})

test('notes begin with what was written for users, the gravest first, and leave empty sections out', () => {
  const sha = (digit: string) => digit.repeat(40)
  const commit = { sha: sha('c'), title: 'Mend the cart', author: 'Kim', at: '2026-11-27T12:00:00.000Z' }
  const comparison: ReleaseComparison = {
    ...{
      from: sha('a'),
      to: sha('c'),
      commits: [commit],
      takenBack: [],
      authors: [],
      files: [],
      dependencies: [],
      env: null,
    },
    migrations: { added: [{ version: '7', name: 'cart', sql: '', effect: 'expand', verdicts: [] }], missing: [] },
    variables: [{ file: '.env.example', name: 'CART_URL', change: 'added' }],
  }
  const changesets = [
    '---\n"@shop/web": patch\n---\n\nThe cart keeps its items.\n',
    "---\n'@shop/api': major\n@shop/web: minor\n---\nPrices are in cents.\n\nCall `v2`.",
    '---\n---\n',
    '# A readme',
  ].flatMap(text => readChangeset(text) ?? [])
  expect(changesets).toHaveLength(3)
  expect(releaseNotes(comparison, changesets)).toBe(`# ccccccc

Since aaaaaaa.

## Breaking

- Prices are in cents. (\`@shop/api\`, \`@shop/web\`)

  Call \`v2\`.

## Mended

- The cart keeps its items. (\`@shop/web\`)

## Commits

- ccccccc Mend the cart (Kim)

## Migrations

- \`7_cart\`: expand

## Variables

- \`CART_URL\` added in .env.example
`)
})

test('notes name what was taken back, and dependencies that came and went', () => {
  const sha = (digit: string) => digit.repeat(40)
  const gone = { sha: sha('b'), title: 'Try a cart', author: 'Bo', at: '2026-11-27T12:00:00.000Z' }
  const file = 'package.json'
  const notes = releaseNotes(
    {
      ...{
        from: sha('a'),
        to: sha('c'),
        commits: [],
        takenBack: [gone],
        authors: [],
        files: [],
        variables: [],
        env: null,
      },
      migrations: { added: [], missing: [] },
      dependencies: [
        { file, name: 'kysely', from: null, to: '1' },
        { file, name: 'left', from: '1', to: null },
      ],
    },
    [{ packages: [], text: 'Quicker.' }],
  )
  expect(notes).toContain('## Mended\n\n- Quicker.\n')
  expect(notes).toContain('## Taken back\n\n- bbbbbbb Try a cart\n')
  expect(notes).toContain('- `kysely` new → 1\n- `left` 1 → taken out\n')
})
