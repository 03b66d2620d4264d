import { z } from 'zod'
import { failureOf } from '../failure.ts'
import type { TestResult } from '../test-result.ts'
import { defineFormat } from './define-format.ts'

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String)
const Fault = z.union([
  text.transform(body => ({ '#text': body, message: undefined })),
  z.looseObject({ message: text.optional(), '#text': text.optional() }),
])
const many = <T extends z.ZodType>(one: T) =>
  z.preprocess(value => (value === undefined || value === '' ? [] : [value].flat()), z.array(one))

const Case = z.looseObject({
  name: text.default(''),
  classname: text.default(''),
  file: text.optional(),
  line: z.coerce.number().int().positive().optional(),
  time: z.coerce.number().nonnegative().catch(0),
  failure: many(Fault),
  error: many(Fault),
  rerunFailure: many(Fault),
  flakyFailure: many(Fault),
  skipped: z.unknown().optional(),
})

interface Suite {
  name: string
  file?: string | undefined
  testcase: z.output<typeof Case>[]
  testsuite: Suite[]
}

const Suite: z.ZodType<Suite> = z.lazy(() =>
  z.looseObject({
    name: text.default(''),
    file: text.optional(),
    testcase: many(Case),
    testsuite: many(Suite),
  }),
)

const root = z.preprocess(value => (value === '' ? {} : value), Suite)
const Report = z.union([
  z.looseObject({ testsuites: root }).transform(({ testsuites }) => testsuites),
  z.looseObject({ testsuite: root }).transform(({ testsuite }) => testsuite),
])

/**
 * JUnit's XML as Vitest, Jest (jest-junit), Playwright, node:test, Mocha and most others write it. No standard names
 * the file of a test: it is the case's or suite's `file`, else whichever of `classname` and suite name looks like a path.
 * Source of the elements: the schema Maven Surefire publishes, which knows `rerunFailure` and `flakyFailure` as well.
 */
export const junit = defineFormat({
  name: 'JUnit XML',
  writtenBy: 'vitest --reporter=junit --outputFile=…, playwright test --reporter=junit, jest-junit',
  read(document) {
    if (document.kind !== 'xml') return null
    const report = Report.safeParse(document.value)
    return report.success ? fromSuite(report.data, undefined) : null
  },
})

function fromSuite(suite: Suite, fileAbove: string | undefined): TestResult[] {
  const file = suite.file ?? (looksLikePath(suite.name) ? suite.name : fileAbove)
  return [
    ...suite.testcase.map(test => result(test, suite, file)),
    ...suite.testsuite.flatMap(inner => fromSuite(inner, file)),
  ]
}

function result(test: z.output<typeof Case>, suite: Suite, suiteFile: string | undefined): TestResult {
  const file = test.file ?? (looksLikePath(test.classname) ? test.classname : suiteFile) ?? suite.name
  const faults = [...test.failure, ...test.error]
  const tried = test.rerunFailure.length + test.flakyFailure.length
  const isSkipped = test.skipped !== undefined
  const outcome = faults.length > 0 ? 'failed' : isSkipped ? 'skipped' : 'passed'
  const said = faults.map(fault => [fault.message, fault['#text']].filter(Boolean).join('\n')).join('\n') || 'failed'
  const failure = failureOf(said)
  return {
    file,
    title: titleOf(test.name),
    outcome,
    durationMs: test.time * 1000,
    attempts: outcome === 'skipped' ? 0 : 1 + tried,
    isFlaky: outcome === 'passed' && tried > 0,
    ...(outcome === 'failed'
      ? { failure: failure.at || test.line === undefined ? failure : { ...failure, at: { file, line: test.line } } }
      : {}),
  }
}

/** Vitest joins suites by ` > `, which is how the other formats would write ` › `. */
const titleOf = (name: string): string => name.split(' > ').join(' › ')

const looksLikePath = (name: string): boolean => /^[^\s]*[\\/]?[^\s\\/]+\.[cm]?[jt]sx?$/.test(name)
