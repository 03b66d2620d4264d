import { GantryError } from '@gantry/core'
import { readAction, readWorkflow } from '@gantry/workflow'
import { jobs, oneJob } from '@gantry/workflow/testing'
import { describe, expect, it, test } from 'vitest'
import { conclusions, runText } from '../testing/test-machine.ts'

const refusal = (text: string): string => {
  try {
    readWorkflow('ci.yml', text)
  } catch (error) {
    if (error instanceof GantryError) return `${error.code} ${error.message}`
    throw error
  }
  return 'none'
}

describe('limits of GitHub', () => {
  test('a file has at most 512,000 bytes, whatever they are', () => {
    const text = oneJob('- run: x')
    const filled = (bytes: number, filler: string): string =>
      `${text}#${filler.repeat((bytes - text.length - 1) / Buffer.byteLength(filler))}`
    expect(Buffer.byteLength(filled(512_000, 'x'))).toBe(512_000)
    expect(refusal(filled(512_000, 'x'))).toBe('none')
    expect(refusal(filled(512_001, 'x'))).toBe(
      'WORKFLOW_INVALID ci.yml:1:1: expected a workflow file of at most 512000 bytes, got 512001',
    )
    expect(refusal(`${filled(511_999, 'x')}é`)).toContain('got 512001')
  })

  test('an expression has at most 21,000 characters', () => {
    const step = (length: number): string => oneJob(`- run: \${{ '${'x'.repeat(length - 2)}' }}`)
    expect(refusal(step(21_000))).toBe('none')
    expect(refusal(step(21_001))).toMatch(/^WORKFLOW_INVALID ci.yml:6:14: .*expected at most 21000 characters/)
  })

  test('text with an expression in it is one expression, as GitHub makes format() of it', () => {
    // format('{0}…', github.sha): what stands around the text, the text, and every brace and quote twice.
    const around = "format('{0}', github.sha)".length
    const step = (filler: string): string => oneJob(`- run: "\${{ github.sha }}${filler}"`)
    expect(refusal(step('x'.repeat(21_000 - around)))).toBe('none')
    expect(refusal(step('x'.repeat(21_001 - around)))).toMatch(
      /ci.yml:6:14: .*with its text it is one expression of 21001 characters/,
    )
    expect(refusal(step("'".repeat(10_600)))).toContain('of at most 21000')
    expect(refusal(oneJob(`- run: ${'x'.repeat(30_000)}`))).toBe('none')
  })

  test('an expression is at most 50 deep', () => {
    const deep = (depth: number): string => oneJob(`- run: \${{ ${'('.repeat(depth)}1${')'.repeat(depth)} }}`)
    expect(refusal(deep(30))).toBe('none')
    expect(refusal(deep(60))).toMatch(/ci.yml:6:14: .*depth/)
  })

  test('a matrix has at most 256 jobs; the job that asks for more fails with its place', async () => {
    const list = (length: number): string => `[${Array.from({ length }, (_, i) => i).join(', ')}]`
    const text = (a: number, b: number): string =>
      jobs(['a', `strategy: { matrix: { x: ${list(a)}, y: ${list(b)} } }, if: "always()"`])
    const { run } = await runText(text(19, 19))
    expect(run.jobs.map(({ conclusion, annotations }) => [conclusion, annotations[0]?.message])).toEqual([
      ['failure', '.github/workflows/test.yml:3:40: expected a matrix of at most 256 jobs, got 361'],
    ])
    const { run: within } = await runText(text(16, 16).replace('always()', 'github.sha == 1'))
    expect(conclusions(within)).toEqual({ a: 'skipped' })
  })

  test('workflow_dispatch has at most 25 inputs', () => {
    const text = (count: number): string =>
      oneJob('- run: x').replace(
        'on: push',
        `on:\n  workflow_dispatch:\n    inputs:\n${Array.from({ length: count }, (_, i) => `      i${i}: {}\n`).join('')}`,
      )
    expect(refusal(text(25))).toBe('none')
    expect(refusal(text(26))).toContain('ci.yml:2:3: expected workflow_dispatch to have at most 25 inputs, got 26')
  })
})

describe('what expressions may use', () => {
  it.each([
    ['case(true)', 'Too few'],
    ["case(true, 'a', false, 'b')", /ven/],
    ['nothing()', 'Unrecognized function'],
    ['hashFiles()', 'Too few'],
    ["success('a')", 'Too many'],
    ['always(1)', 'Too many'],
  ])('a step: %s', (expression, message) => {
    expect(refusal(oneJob(`- { run: x, if: "${expression}" }`))).toMatch(message)
  })

  it('a job: success and failure of the jobs it names', async () => {
    const text = `${jobs(['good', ''], ['bad', '', 'exit 1'])}${[
      ['one', "success('good')"],
      ['two', "success('bad')"],
      ['three', "failure('bad', 'good')"],
      ['four', "failure('good')"],
    ]
      .map(
        ([key, condition]) =>
          `  ${key}: { runs-on: x, needs: [good, bad], if: "${condition}", steps: [{ run: 'true' }] }\n`,
      )
      .join('')}  five: { runs-on: x, needs: good, if: "success('bad')", steps: [{ run: 'true' }] }\n`
    const { run } = await runText(text)
    expect(conclusions(run)).toEqual({
      good: 'success',
      bad: 'failure',
      one: 'success',
      two: 'skipped',
      three: 'success',
      four: 'skipped',
      five: 'failure',
    })
    expect(run.jobs.at(-1)?.annotations[0]?.message).toContain(
      'expected a status function to name a job that is needed',
    )
  })

  it.each(['secrets.KEY', 'vars.REGION', 'needs.a.result'])('an action never %s, as on GitHub', context => {
    const action = (step: string, head = ''): string =>
      `name: a\n${head}runs:\n  using: composite\n  steps:\n    - { run: "${step}", shell: bash }`
    const asks = `\${{ ${context} }}`
    expect(() => readAction('action.yml', action(asks))).toThrow(/action.yml:5:14: .*Unrecognized named-value/)
    expect(() => readAction('action.yml', action('x', `inputs: { i: { default: "${asks}" } }\n`))).toThrow(
      'action.yml:2:25',
    )
    expect(() => readAction('action.yml', action('x', `outputs: { o: { value: "${asks}" } }\n`))).toThrow(
      'action.yml:2:24',
    )
    expect(readAction('action.yml', action('${{ inputs.i }} ${{ github.sha }} ${{ env.A }}')).kind).toBe('composite')
  })
})
