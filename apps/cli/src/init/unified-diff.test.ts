import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { tempFolder } from '../testing/test-host.ts'
import { unifiedDiff } from './unified-diff.ts'

it('is empty when nothing differs', () => {
  expect(unifiedDiff('a', 'x\n', 'x\n')).toBe('')
})

it('shows three lines around a change, and where it is', () => {
  const before = Array.from({ length: 20 }, (_, index) => `${index + 1}\n`).join('')
  expect(unifiedDiff('a.md', before, before.replace('10\n', 'ten\n'))).toBe(
    [
      'diff --git a/a.md b/a.md',
      '--- a/a.md',
      '+++ b/a.md',
      '@@ -7,7 +7,7 @@',
      ' 7',
      ' 8',
      ' 9',
      '-10',
      '+ten',
      ' 11',
      ' 12',
      ' 13',
      '',
    ].join('\n'),
  )
})

it('is what git makes the new text of, whatever the two texts are', () => {
  const folder = tempFolder()
  const text = fc
    .tuple(fc.array(fc.constantFrom('a', 'b', 'c', '')), fc.boolean())
    .map(([lines, isEnded]) => (lines.length === 0 ? '' : lines.join('\n') + (isEnded ? '\n' : '')))
  fc.assert(
    fc.property(text, text, (before, after) => {
      const diff = unifiedDiff('file', before, after)
      fc.pre(diff !== '')
      writeFileSync(join(folder, 'file'), before)
      writeFileSync(join(folder, 'diff'), diff)
      execFileSync('git', ['apply', '--unidiff-zero', 'diff'], { cwd: folder, stdio: 'pipe' })
      expect(readFileSync(join(folder, 'file'), 'utf8')).toBe(after)
    }),
    { numRuns: 60 },
  )
})
