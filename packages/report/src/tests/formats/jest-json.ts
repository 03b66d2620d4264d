import { z } from 'zod'
import { failureOf } from '../failure.ts'
import type { TestResult } from '../test-result.ts'
import { defineFormat } from './define-format.ts'

const Assertion = z.looseObject({
  ancestorTitles: z.array(z.string()).default([]),
  title: z.string(),
  status: z.enum(['passed', 'failed', 'pending', 'skipped', 'todo', 'disabled', 'focused']),
  duration: z.number().nullish(),
  failureMessages: z.array(z.string()).nullish(),
  /** Jest: how often it ran; Vitest leaves it out. */
  invocations: z.number().int().positive().optional(),
  retryReasons: z.array(z.string()).optional(),
})

const Report = z.looseObject({
  numTotalTests: z.number(),
  testResults: z.array(
    z.looseObject({
      name: z.string(),
      status: z.string(),
      message: z.string().nullish(),
      assertionResults: z.array(Assertion),
    }),
  ),
})

/**
 * Jest's `--json`, and Vitest's `json` reporter, which writes the same shape.
 * A file that could not be loaded has no tests in it: it becomes one failed test of its own.
 */
export const jestJson = defineFormat({
  name: 'Jest or Vitest JSON',
  writtenBy: 'jest --json --outputFile=…, vitest --reporter=json --outputFile=…',
  read(document) {
    if (document.kind !== 'json') return null
    const report = Report.safeParse(document.value)
    if (!report.success) return null
    return report.data.testResults.flatMap(({ name, status, message, assertionResults }) => {
      const tests = assertionResults.map(assertion => result(name, assertion))
      if (status !== 'failed' || tests.some(({ outcome }) => outcome === 'failed')) return tests
      const failure = failureOf(message || 'the file could not be loaded')
      return [
        ...tests,
        {
          file: name,
          title: 'loading the file',
          outcome: 'failed',
          durationMs: 0,
          attempts: 1,
          isFlaky: false,
          failure,
        },
      ] satisfies TestResult[]
    })
  },
})

function result(file: string, assertion: z.output<typeof Assertion>): TestResult {
  const { ancestorTitles, title, status, duration, failureMessages, invocations, retryReasons } = assertion
  const outcome = status === 'passed' || status === 'failed' ? status : 'skipped'
  const attempts = outcome === 'skipped' ? 0 : Math.max(invocations ?? 1, (retryReasons?.length ?? 0) + 1)
  return {
    file,
    title: [...ancestorTitles, title].filter(Boolean).join(' › '),
    outcome,
    durationMs: duration ?? 0,
    attempts,
    isFlaky: outcome === 'passed' && attempts > 1,
    ...(outcome === 'failed' ? { failure: failureOf((failureMessages ?? []).join('\n') || 'failed') } : {}),
  }
}
