import { describe, expect, test } from 'vitest'
import { evaluateEnv, evaluateNumber, evaluateSwitch, evaluateTree } from './evaluate-tree.ts'
import {
  evaluate,
  evaluateCondition,
  evaluateTemplate,
  isTruthy,
  type Scope,
  splitTemplate,
  toText,
} from './expression.ts'
import { CaseSensitive } from './expression-data.ts'

function scope(succeeded = true, contexts: Record<string, unknown> = {}): Scope {
  return {
    contexts: { github: { ref: 'refs/heads/main', event: { labels: [{ name: 'a' }, { name: 'b' }] } }, ...contexts },
    status: { always: () => true, cancelled: () => false, failure: () => !succeeded, success: () => succeeded },
    hashFiles: patterns => patterns.join('+'),
  }
}

describe('expressions', () => {
  test.each<[string, unknown]>([
    ["github.REF == 'REFS/heads/MAIN'", true],
    ['github.nothing.at.all', null],
    ['github.event.labels.*.name', ['a', 'b']],
    ["contains(github.event.labels.*.name, 'b')", true],
    ['fromJSON(\'{"a":[1,true,null]}\')', { a: [1, true, null] }],
    ['toJSON(github.event.labels[0])', '{\n  "name": "a"\n}'],
    ["format('{0}-{1}', 1, 'x')", '1-x'],
    ["case(true, 'one', 'two')", 'one'],
    ["hashFiles('a', 'b')", 'a+b'],
    ['env.path', null],
    ['env.PATH', '/bin'],
    ['vars.constructor', null],
    ['steps', null],
    ['1 && 0 || null', null],
  ])('%s', (text, value) => {
    expect(evaluate(text, scope(true, { env: new CaseSensitive({ PATH: '/bin' }), vars: {} }))).toEqual(value)
  })

  test('a value that is asked for late is worked out once', () => {
    let asked = 0
    const late = {
      vars: () => {
        asked += 1
        return { a: 1 }
      },
    }
    expect(
      evaluate('vars.a + vars.a == 2 || vars.a == vars.a'.replace('vars.a + vars.a == 2 || ', ''), scope(true, late)),
    ).toBe(true)
    expect(asked).toBe(1)
  })

  test('an expression alone keeps its type, text around it makes text', () => {
    expect(evaluateTemplate('${{ 1 == 1 }}', scope())).toBe(true)
    expect(evaluateTemplate('it is ${{ 1 == 1 }}, ${{ null }}!', scope())).toBe('it is true, !')
    expect(evaluateTemplate("${{ 'a }} b' }}", scope())).toBe('a }} b')
    expect(splitTemplate('')).toEqual([])
  })

  test('a condition without a status function means success() and it', () => {
    expect(evaluateCondition(undefined, scope(false))).toBe(false)
    expect(evaluateCondition('', scope(true))).toBe(true)
    expect(evaluateCondition('true', scope(false))).toBe(false)
    expect(evaluateCondition('${{ true }}', scope(false))).toBe(false)
    expect(evaluateCondition('failure() && true', scope(false))).toBe(true)
    expect(evaluateCondition('${{ always() }}', scope(false))).toBe(true)
    expect(evaluateCondition("github.ref == 'x'", { contexts: { github: {} } })).toBe(false)
  })

  test('a condition that mixes text and expressions is true as on GitHub', () => {
    expect(evaluateCondition('${{ false }} && false', scope())).toBe(true)
    expect(evaluateCondition('${{ false }} && false', scope(false))).toBe(false)
    expect(evaluateCondition('!${{ always() }}', scope(false))).toBe(true)
  })

  test('outside of a job nothing has failed and hashFiles is empty', () => {
    expect(evaluate('success() && !failure()', { contexts: {} })).toBe(true)
    expect(evaluate("hashFiles('a')", { contexts: {} })).toBe('')
  })

  test('truth and text follow GitHub', () => {
    expect([null, undefined, false, '', 0, Number.NaN].some(isTruthy)).toBe(false)
    expect(['0', [], {}].every(isTruthy)).toBe(true)
    expect([null, true, 1.5, 'x', [], {}, 10n].map(toText)).toEqual(['', 'true', '1.5', 'x', 'Array', 'Object', '10'])
  })

  test('an expression of endless length is refused', () => {
    expect(() => evaluate(`'${'x'.repeat(22_000)}'`, scope())).toThrow('at most 21000')
  })
})

describe('trees of expressions', () => {
  test('are evaluated in every corner', () => {
    expect(evaluateTree({ a: ['${{ 1 }}', 2, null], b: { c: 'x${{ true }}' } }, scope())).toEqual({
      a: [1, 2, null],
      b: { c: 'xtrue' },
    })
  })

  test('env becomes text', () => {
    expect(evaluateEnv({ A: 1, B: null, C: '${{ true }}' }, scope())).toEqual({ A: '1', B: '', C: 'true' })
    expect(evaluateEnv('${{ fromJSON(\'{"A":1}\') }}', scope())).toEqual({ A: '1' })
    expect(evaluateEnv(null, scope())).toEqual({})
    expect(() => evaluateEnv('${{ 5 }}', scope())).toThrow('expected env to be a mapping')
  })

  test('numbers and switches may be expressions', () => {
    expect(evaluateNumber('${{ 2 }}', scope())).toBe(2)
    expect(evaluateNumber(undefined, scope())).toBeUndefined()
    expect(() => evaluateNumber("${{ 'x' }}", scope())).toThrow('a number above 0')
    expect([
      evaluateSwitch('${{ 1 == 1 }}', scope()),
      evaluateSwitch(undefined, scope()),
      evaluateSwitch("${{ 'true' }}", scope()),
    ]).toEqual([true, false, true])
  })
})
