import { defineRule, type Found } from '../rule.ts'
import type { LintExpression } from '../tree/expressions.ts'
import { isCondition } from '../tree/expressions.ts'
import { hasEvent, type LintFile } from '../tree/lint-file.ts'
import { conjuncts, isComparison, literalText, referenceOf } from '../tree/references.ts'

export const unreachableJob = defineRule({
  id: 'unreachable-job',
  area: 'correctness',
  severity: 'warning',
  summary: 'A job or a step for an event that does not start the workflow.',
  why: 'It never runs, and looks like a check that passes.',
  fix: 'Add the event under `on:`, or delete the job or step.',
  bad: [
    `
on: pull_request
jobs:
  deploy:
    if: github.event_name == 'push' && github.ref == 'refs/heads/main' # ✗
    runs-on: ubuntu-latest
    steps: [{ run: ./deploy.sh }]`,
  ],
  good: [
    `
on: [push, pull_request]
jobs:
  deploy:
    if: github.event_name == 'push' || github.event_name == 'schedule'
    runs-on: ubuntu-latest
    steps: [{ run: ./deploy.sh }]`,
    `
on: workflow_call
jobs:
  deploy:
    if: github.event_name == 'push'
    runs-on: ubuntu-latest
    steps: [{ run: ./deploy.sh }]`,
  ],
  check: file =>
    file.kind === 'action' || hasEvent(file, 'workflow_call')
      ? []
      : file.expressions.filter(({ path }) => isCondition(path)).flatMap(expression => neverStarted(file, expression)),
})

/** Every part of `a && b` must hold, so one event that cannot be is enough. */
const neverStarted = (file: LintFile, expression: LintExpression): Found[] =>
  conjuncts(expression.tree)
    .filter(isComparison)
    .flatMap(({ left, operator, right }) => {
      const event = literalText(right)
      if (operator.lexeme !== '==' || referenceOf(left)?.join('.') !== 'github.event_name' || event === undefined)
        return []
      if (hasEvent(file, event)) return []
      const events = file.triggers.map(trigger => trigger.event).join(', ')
      return [{ at: expression, message: `expected an event of this workflow (${events}), got '${event}'` }]
    })
