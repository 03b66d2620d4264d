import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { findFiles } from './find-files.ts'

const root = mkdtempSync(join(tmpdir(), 'find-(files)+[x]-'))
const long = 'a'.repeat(200)
for (const file of ['a.md', 'b.ts', 'src/a.ts', 'src/deep/b.ts', 'src/[z-a]', 'src/.hidden', `x/${long}`]) {
  mkdirSync(dirname(join(root, file)), { recursive: true })
  writeFileSync(join(root, file), '')
}
const found = (...patterns: string[]) => findFiles(root, patterns).map(file => relative(root, file))

test.each([
  [['*.md'], ['a.md']],
  [['src'], ['src/.hidden', 'src/[z-a]', 'src/a.ts', 'src/deep/b.ts']],
  [['**/*.ts'], ['b.ts', 'src/a.ts', 'src/deep/b.ts']],
  [['**/*.ts', '!src/**'], ['b.ts']],
  [
    ['**/*.ts', '!src', 'src/a.ts'],
    ['b.ts', 'src/a.ts'],
  ],
  [['src/[!b]*.ts'], ['src/a.ts']],
  [['src/?.ts'], ['src/a.ts']],
  [['src/[z-a]'], ['src/[z-a]']],
])('%j finds %j', (patterns, files) => {
  expect(found(...patterns)).toEqual(files)
})

test.each([`x/${'*a'.repeat(20)}b`, `${'**/'.repeat(20)}*a*a*a*a*a*a*a*a*a*ab`, `x/${'[a]*'.repeat(20)}b`])(
  '%s is compared with a long name without trying every way, which would not end',
  pattern => {
    expect(found(pattern)).toEqual([])
  },
)
