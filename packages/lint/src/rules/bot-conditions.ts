import type { Expr } from '@actions/expressions/ast'
import { defineRule } from '../rule.ts'
import { isCondition } from '../tree/expressions.ts'
import { hasEvent } from '../tree/lint-file.ts'
import { conjuncts, isComparison, literalText, partsThat, referenceOf } from '../tree/references.ts'

export const botConditions = defineRule({
  id: 'bot-conditions',
  area: 'security',
  severity: 'error',
  summary: 'A workflow with secrets that trusts `github.actor` to be a bot.',
  why: 'The actor is whoever caused the last event. Anyone can make Dependabot the last one to touch their pull request.',
  fix: 'Compare `github.event.pull_request.user.login`, and the repository the branch is from.',
  bad: [
    `
on: pull_request_target
jobs:
  merge:
    if: github.actor == 'dependabot[bot]' # ✗
    runs-on: ubuntu-latest
    steps: [{ run: gh pr merge --auto }]`,
  ],
  good: [
    `
on: pull_request_target
jobs:
  merge:
    if: github.event.pull_request.user.login == 'dependabot[bot]'
    runs-on: ubuntu-latest
    steps: [{ run: gh pr merge --auto }]
  approve:
    if: github.actor == 'dependabot[bot]' && github.event.pull_request.user.login == 'dependabot[bot]'
    runs-on: ubuntu-latest
    steps: [{ run: gh pr review --approve }]
  greet:
    if: github.actor != 'dependabot[bot]'
    runs-on: ubuntu-latest
    steps: [{ run: echo hello }]`,
  ],
  check: file =>
    hasEvent(file, 'pull_request_target', 'workflow_run')
      ? file.expressions.flatMap(expression => {
          const trusted = isCondition(expression.path)
            ? partsThat(expression.tree, isComparison).find(
                ({ left, right, operator }) =>
                  operator.lexeme === '==' &&
                  ['github.actor', 'github.triggering_actor'].includes(referenceOf(left)?.join('.') ?? '') &&
                  /\[bot\]$/.test(literalText(right) ?? ''),
              )
            : undefined
          if (trusted === undefined || comparesAuthor(expression.tree)) return []
          return [
            {
              at: expression,
              message: `expected the author of the pull request, got ${referenceOf(trusted.left)?.join('.')}`,
            },
          ]
        })
      : [],
})

const authors = ['github.event.pull_request.user.login', 'github.event.pull_request.user.id']

/** The author besides: one of the parts that must all hold. */
const comparesAuthor = (tree: Expr | undefined): boolean =>
  conjuncts(tree).some(
    part =>
      isComparison(part) &&
      part.operator.lexeme === '==' &&
      [part.left, part.right].some(side => authors.includes(referenceOf(side)?.join('.') ?? '')),
  )
