import { splitTemplate } from '@gantry/workflow'
import { defineRule } from '../rule.ts'
import { isCondition } from '../tree/expressions.ts'

export const unsoundCondition = defineRule({
  id: 'unsound-condition',
  area: 'security',
  severity: 'error',
  summary: 'An `if` that is always true, because text stands around its braces.',
  why: 'GitHub joins text and expression to one text, and a text that is not empty is true. Even the line break of a `|` block is text.',
  fix: 'Put the whole condition inside the braces, or leave the braces out.',
  bad: [
    `
- if: \${{ github.ref == 'refs/heads/main' }} && github.event_name == 'push' # ✗
  run: pnpm publish`,
    `
- if: | # ✗
    \${{ github.ref == 'refs/heads/main' }}
  run: pnpm publish`,
  ],
  good: [
    `
- if: \${{ github.ref == 'refs/heads/main' }}
  run: pnpm publish
- if: |
    github.ref == 'refs/heads/main' &&
    github.event_name == 'push'
  run: pnpm publish
- if: |-
    \${{ github.ref == 'refs/heads/main' }}
  run: pnpm publish`,
  ],
  check: file =>
    file.scalars.flatMap(({ value, path }) => {
      const text = String(value.scalar ?? '')
      if (!isCondition(path) || !text.includes('${{')) return []
      const parts = split(text)
      const around = parts.filter(({ kind }) => kind === 'text').map(part => part.text)
      if (around.length === 0) return []
      const got =
        around.join('').trim() === ''
          ? 'a line break around it'
          : `text around it: "${around.join(' … ').replace(/\s+/g, ' ').trim()}"`
      return [{ at: value, message: `expected an expression alone, got ${got}` }]
    }),
})

function split(text: string) {
  try {
    return splitTemplate(text)
  } catch {
    return [] // Not closed: the reader reports it.
  }
}
