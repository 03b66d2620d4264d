import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { evaluate, evaluateCondition, evaluateTemplate, toText } from './expression.ts'

/**
 * The rules of GitHub's documentation, written down a second time: what an expression is worth, told from how it was
 * made. https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#operators
 */
type Plain = null | boolean | number | string
interface Made {
  text: string
  value: Plain
}

const isTrue = (value: Plain): boolean => value !== null && value !== false && value !== '' && value !== 0

/** Text is a number when JSON has it so, or as 0x and 0o; blank text is 0. Anything else is NaN. */
function asNumber(value: Plain): number {
  if (typeof value === 'number') return value
  if (typeof value === 'string') return value.trim() === '' ? 0 : Number(value)
  return value === true ? 1 : 0
}

const sides = (a: Plain, b: Plain): [string, string] | [number, number] =>
  typeof a === 'string' && typeof b === 'string' ? [a.toUpperCase(), b.toUpperCase()] : [asNumber(a), asNumber(b)]

const operators = {
  '==': (a: Plain, b: Plain): Plain => {
    const [left, right] = sides(a, b)
    return left === right
  },
  '!=': (a: Plain, b: Plain): Plain => {
    const [left, right] = sides(a, b)
    return left !== right
  },
  '<': (a: Plain, b: Plain): Plain => {
    const [left, right] = sides(a, b)
    return left < right
  },
  '>=': (a: Plain, b: Plain): Plain => {
    const [left, right] = sides(a, b)
    return left >= right
  },
  '&&': (a: Plain, b: Plain): Plain => (isTrue(a) ? b : a),
  '||': (a: Plain, b: Plain): Plain => (isTrue(a) ? a : b),
} as const
const names = ['==', '!=', '<', '>=', '&&', '||'] as const
/** From what binds tightest; of one rank the left one is first. */
const rank = { '<': 0, '>=': 0, '==': 1, '!=': 1, '&&': 2, '||': 3 } as const

const word = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '0',
    '1',
    '1.0',
    'NaN',
    '-Infinity',
    '-1',
    '0x10',
    'a',
    'A',
    'b',
    'true',
    'null',
    "it's",
    'NaN',
    '1e2',
    'Z',
    '_',
  ),
  fc.string({ unit: fc.constantFrom('a', 'B', '1', "'", ' ', '{', '}'), maxLength: 4 }),
)
const plain: fc.Arbitrary<Plain> = fc.oneof(
  fc.constantFrom<Plain>(null, true, false, 0, 1, -1, 2.5, 16, 100),
  fc.integer({ min: -1000, max: 1000 }),
  word,
)
const written = (value: Plain): string =>
  typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value)
const literal: fc.Arbitrary<Made> = plain.map(value => ({ text: written(value), value }))

const { tree } = fc.letrec<{ tree: Made; node: Made }>(tie => ({
  tree: fc.oneof({ depthSize: 'small', withCrossShrink: true }, literal, tie('node')),
  node: fc.oneof(
    tie('tree').map(({ text, value }) => ({ text: `!(${text})`, value: !isTrue(value) })),
    fc.tuple(tie('tree'), fc.constantFrom(...names), tie('tree')).map(([a, name, b]) => ({
      text: `(${a.text}) ${name} (${b.text})`,
      value: operators[name](a.value, b.value),
    })),
  ),
}))

/** Without parentheses: reduced rank by rank, from left to right. */
function chained(first: Plain, rest: [keyof typeof rank, Plain][]): Plain {
  let values: Plain[] = [first, ...rest.map(([, value]) => value)]
  let ops = rest.map(([name]) => name)
  for (const level of [0, 1, 2, 3]) {
    const [left = null, ...others] = values
    const kept: Plain[] = [left]
    const open: typeof ops = []
    for (const [i, name] of ops.entries()) {
      const right = others[i] ?? null
      if (rank[name] === level) kept.push(operators[name](kept.pop() ?? null, right))
      else {
        open.push(name)
        kept.push(right)
      }
    }
    values = kept
    ops = open
  }
  return values[0] ?? null
}

const worth = (text: string): unknown => evaluate(text, { contexts: {} })
const settings = { numRuns: 400 }

describe("GitHub's rules of expressions (property)", () => {
  test('operators on values of any kinds', () => {
    fc.assert(
      fc.property(tree, ({ text, value }) => {
        expect(worth(text)).toEqual(value)
      }),
      settings,
    )
  })

  test('operators bind by their rank', () => {
    fc.assert(
      fc.property(plain, fc.array(fc.tuple(fc.constantFrom(...names), plain), { maxLength: 6 }), (first, rest) => {
        const text = [written(first), ...rest.flatMap(([name, value]) => [name, written(value)])].join(' ')
        expect(worth(text)).toEqual(chained(first, rest))
      }),
      settings,
    )
  })

  test('a condition is true when its value is', () => {
    fc.assert(
      fc.property(tree, fc.boolean(), ({ text, value }, isWrapped) => {
        expect(evaluateCondition(isWrapped ? `\${{ ${text} }}` : text, { contexts: {} })).toBe(isTrue(value))
      }),
      settings,
    )
  })

  test('case() takes the value behind the first true condition', () => {
    const pair = fc.tuple(fc.boolean(), literal)
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1, maxLength: 5 }), literal, (pairs, last) => {
        const text = [...pairs.flatMap(([when, made]) => [String(when), made.text]), last.text].join(', ')
        expect(worth(`case(${text})`)).toEqual((pairs.find(([when]) => when)?.[1] ?? last).value)
      }),
      settings,
    )
  })
})

const asText = (value: Plain): string => (value === null ? '' : String(value))

describe("GitHub's functions (property)", () => {
  test('contains, startsWith and endsWith compare as text, without case', () => {
    fc.assert(
      fc.property(plain, plain, (whole, part) => {
        const [a, b] = [asText(whole).toUpperCase(), asText(part).toUpperCase()]
        const call = (name: string): unknown => worth(`${name}(${written(whole)}, ${written(part)})`)
        expect(call('contains')).toBe(a.split(b).length > 1 || b === '')
        expect(call('startsWith')).toBe(a.slice(0, b.length) === b)
        expect(call('endsWith')).toBe(a.slice(Math.max(0, a.length - b.length)) === b)
      }),
      settings,
    )
  })

  test('contains of a list compares like ==, join makes one text, toJSON and fromJSON are each other’s way back', () => {
    fc.assert(
      fc.property(fc.array(plain, { maxLength: 5 }), plain, word, (list, item, separator) => {
        const json = `fromJSON(${written(JSON.stringify(list))})`
        expect(worth(`contains(${json}, ${written(item)})`)).toBe(list.some(each => operators['=='](each, item)))
        expect(worth(`join(${json}, ${written(separator)})`)).toBe(list.map(asText).join(separator))
        expect(worth(`fromJSON(toJSON(${json}))`)).toEqual(list)
      }),
      settings,
    )
  })

  test('format puts values in by number, and halves doubled braces', () => {
    const piece = fc.oneof(
      fc.nat({ max: 2 }).map(n => ({ text: `{${n}}`, is: (values: Plain[]) => asText(values[n] ?? null) })),
      fc.constantFrom('{', '}').map(brace => ({ text: brace + brace, is: () => brace })),
      fc.constantFrom('a', ' ', "'").map(text => ({ text, is: () => text })),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), fc.tuple(plain, plain, plain), (pieces, values) => {
        const text = `format(${[pieces.map(each => each.text).join(''), ...values].map(written).join(', ')})`
        expect(worth(text)).toBe(pieces.map(each => each.is(values)).join(''))
      }),
      settings,
    )
  })

  test('text around expressions joins them; one alone keeps its kind', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('', 'a', '-'), plain), { minLength: 1, maxLength: 4 }), parts => {
        const text = parts.map(([before, value]) => `${before}\${{ ${written(value)} }}`).join('')
        const [only] = parts
        const joined = parts.map(([before, value]) => before + asText(value)).join('')
        const isAlone = parts.length === 1 && only?.[0] === ''
        expect(evaluateTemplate(text, { contexts: {} })).toEqual(isAlone ? only[1] : joined)
        expect(toText(evaluateTemplate(text, { contexts: {} }))).toBe(joined)
      }),
      settings,
    )
  })
})
