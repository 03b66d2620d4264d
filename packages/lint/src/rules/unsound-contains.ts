import { defineRule } from '../rule.ts'
import { calls, isLiteralText, literalText, referenceOf } from '../tree/references.ts'

export const unsoundContains = defineRule({
  id: 'unsound-contains',
  area: 'security',
  severity: 'error',
  summary: '`contains()` that looks for a branch or a person inside of one text, where a list was meant.',
  why: "`contains('main release', github.ref_name)` is true for the branch `rel` too: a part of the text is enough.",
  fix: 'Write a list: `contains(fromJSON(\'["main", "release"]\'), …)`.',
  bad: [
    `
- if: contains('refs/heads/main refs/heads/release', github.ref) # ✗
  run: pnpm publish`,
  ],
  good: [
    `
- if: contains(fromJSON('["refs/heads/main", "refs/heads/release"]'), github.ref)
  run: pnpm publish
- if: contains(github.ref, 'release')
  run: pnpm publish
- if: contains('push workflow_dispatch', github.event_name)
  run: pnpm publish`,
  ],
  check: file =>
    file.expressions.flatMap(expression =>
      calls(expression.tree, 'contains').flatMap(({ args: [where, what] }) => {
        const words = (isLiteralText(where) ? (literalText(where) ?? '') : '')
          .split(/[\s,]+/)
          .filter(word => word !== '')
        const name = referenceOf(what)?.join('.') ?? ''
        if (words.length < 2 || !chosen.test(name)) return []
        const fix = `Write contains(fromJSON('${JSON.stringify(words)}'), ${name}).`
        return [
          { at: expression, message: `expected contains() to look into a list, got '${literalText(where)}'`, fix },
        ]
      }),
    ),
})

/** What the one who opens the pull request or pushes chooses. */
const chosen =
  /^github\.(ref|ref_name|head_ref|base_ref|actor|triggering_actor)$|^github\.event\.(pull_request|issue|sender|comment)\./
