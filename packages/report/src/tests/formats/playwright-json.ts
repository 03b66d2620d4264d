import { posix } from 'node:path'
import { z } from 'zod'
import { failureOf } from '../failure.ts'
import type { Outcome, TestResult } from '../test-result.ts'
import { defineFormat } from './define-format.ts'

const Fault = z.looseObject({
  message: z.string().optional(),
  stack: z.string().optional(),
  location: z.looseObject({ file: z.string(), line: z.number(), column: z.number() }).optional(),
})

const Test = z.looseObject({
  projectName: z.string().default(''),
  status: z.enum(['expected', 'unexpected', 'flaky', 'skipped']),
  results: z.array(
    z.looseObject({ status: z.string().optional(), duration: z.number().default(0), error: Fault.optional() }),
  ),
})

const Spec = z.looseObject({ title: z.string(), file: z.string(), tests: z.array(Test) })

interface Suite {
  title: string
  file?: string | undefined
  specs: z.output<typeof Spec>[]
  suites: Suite[]
}

const Suite: z.ZodType<Suite> = z.lazy(() =>
  z.looseObject({
    title: z.string(),
    file: z.string().optional(),
    specs: z.array(Spec).default([]),
    suites: z.array(Suite).default([]),
  }),
)

const Report = z.looseObject({
  config: z.looseObject({ rootDir: z.string() }),
  suites: z.array(Suite),
  errors: z.array(Fault).default([]),
})

const outcomeOf = {
  expected: 'passed',
  flaky: 'passed',
  unexpected: 'failed',
  skipped: 'skipped',
} as const satisfies Record<string, Outcome>

/** Playwright's `json` reporter. One test for each project; an error outside of all tests becomes a failed one. */
export const playwrightJson = defineFormat({
  name: 'Playwright JSON',
  writtenBy: 'playwright test --reporter=json',
  read(document) {
    if (document.kind !== 'json') return null
    const report = Report.safeParse(document.value)
    if (!report.success) return null
    const { config, suites, errors } = report.data
    const tests = suites.flatMap(suite => fromSuite(suite, [], config.rootDir))
    const outside = errors.map((fault, index): TestResult => {
      const failure = failureFrom(fault)
      return {
        file: fault.location?.file ?? posix.join(config.rootDir, 'playwright.config.ts'),
        title: errors.length === 1 ? 'outside of any test' : `outside of any test (${index + 1})`,
        ...{ outcome: 'failed', durationMs: 0, attempts: 1, isFlaky: false, failure },
      }
    })
    return [...tests, ...outside]
  },
})

/** A file is a suite whose title is its own path: that level names nothing. */
function fromSuite(suite: Suite, above: readonly string[], rootDir: string): TestResult[] {
  const path = suite.title === suite.file ? above : [...above, suite.title]
  const own = suite.specs.flatMap(spec => spec.tests.map(test => result(spec, test, path, rootDir)))
  return [...own, ...suite.suites.flatMap(inner => fromSuite(inner, path, rootDir))]
}

function result(
  spec: z.output<typeof Spec>,
  test: z.output<typeof Test>,
  path: readonly string[],
  rootDir: string,
): TestResult {
  const outcome = outcomeOf[test.status]
  const fault = test.results.findLast(({ error }) => error !== undefined)?.error
  const project = test.projectName === '' ? [] : [`[${test.projectName}]`]
  return {
    file: posix.isAbsolute(spec.file) ? spec.file : posix.join(rootDir, spec.file),
    title: [...project, ...path, spec.title].filter(Boolean).join(' › '),
    outcome,
    durationMs: test.results.at(-1)?.duration ?? 0,
    attempts: outcome === 'skipped' ? 0 : test.results.length,
    isFlaky: test.status === 'flaky',
    ...(outcome === 'failed' ? { failure: failureFrom(fault ?? {}) } : {}),
  }
}

function failureFrom({ message, stack, location }: z.output<typeof Fault>) {
  const failure = failureOf(stack ?? message ?? 'failed')
  return {
    ...failure,
    ...(message ? { message: failureOf(message).message } : {}),
    ...(location ? { at: location } : {}),
  }
}
