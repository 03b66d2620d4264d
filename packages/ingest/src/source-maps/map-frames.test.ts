import { readFile } from 'node:fs/promises'
import { type ErrorEvent, type Frame, groupEvent } from '@gantry/core'
import { TraceMap } from '@jridgewell/trace-mapping'
import { expect, test } from 'vitest'
import { enclosingFunction } from './enclosing-function.ts'
import { hasBundles, mapFrames } from './map-frames.ts'
import { readMap } from './read-map.ts'

/** What esbuild 0.28 made of a cart of three files, minified; the stack is the one Node showed. */
const bundle = new URL('../testing/bundle/index-BxY12ab3.js.map.json', import.meta.url)
const map = new TraceMap(await readFile(bundle, 'utf8'))
const url = 'http://shop.example/assets/index-BxY12ab3.js'
const frame = (name: string, column: number | null, file = url): Frame => ({
  ...{ file, function: name, line: 1, column, isInApp: true, context: null },
})
const event = (frames: Frame[]): ErrorEvent => ({
  ...{ id: 'a'.repeat(32), project: 'shop', environment: 'production', release: 'r', service: 'web', level: 'error' },
  ...{ platform: 'javascript', at: '2026-11-23T10:00:00.000Z', receivedAt: '2026-11-23T10:00:00.000Z', message: null },
  exceptions: [
    ...[{ type: 'TypeError', value: "Cannot read properties of null (reading 'price')", isSynthetic: false }].map(
      one => ({ ...one, isHandled: false, frames }),
    ),
  ],
  ...{ fingerprint: [], transaction: null, url: null, user: null, traceId: null, tags: {}, breadcrumbs: [], sdk: null },
})
const stack = [
  frame('a', 282),
  frame('r', 38),
  frame('?', 292),
  frame('m', 264),
  frame('o.total', 195),
  frame('u', 100),
  frame('?', 107),
  frame('c', 74),
]
const find = async (file: string) =>
  file === url ? { map, file: 'apps/web/dist/assets/index-BxY12ab3.js', root: 'apps/web' } : null

test('frames of a bundle are those of its sources, with function, line and code', async () => {
  const { exceptions } = await mapFrames(event(stack), find)
  expect(exceptions[0]?.frames.map(({ file, function: name, line, isInApp }) => [file, name, line, isInApp])).toEqual([
    ['apps/web/src/main.ts', 'openEach', 14, true],
    ['apps/web/node_modules/lib/index.js', 'each', 1, false],
    ['apps/web/src/main.ts', 'openEach', 14, true],
    ['apps/web/src/main.ts', 'openCart', 12, true],
    ['apps/web/src/main.ts', 'total', 7, true],
    ['apps/web/src/price.ts', 'sumOf', 9, true],
    ['apps/web/src/price.ts', 'sumOf', 9, true],
    ['apps/web/src/price.ts', 'priceOf', 5, true],
  ])
  const { context } = exceptions[0]?.frames.at(-1) ?? {}
  expect(context?.line).toBe('  return known.price * known.amount')
  expect(context?.pre.at(-1)).toBe('  const known = item as Item')
  expect(context?.post).toEqual(['}', '', expect.stringContaining('export const sumOf'), expect.any(String), ''])
})

/** What Turbopack of Next 16 made of a cart of three files; the stack is the one Chromium showed. */
const turbopack = readMap(
  await readFile(new URL('../testing/bundle/turbopack-pay.js.map.json', import.meta.url), 'utf8'),
)

test('functions that the bundler wrote where they are called are shown where they were called', async () => {
  const chunk = 'app:///_next/static/chunks/1z4mp5bvsa906.js'
  const at = (name: string, column: number): Frame => ({ ...frame(name, column, chunk), line: 2 })
  const { exceptions } = await mapFrames(event([at('onClick', 381), at('?', 367), at('?', 333)]), async () => ({
    ...{ map: turbopack, file: 'apps/web/dist/1z4mp5bvsa906.js', root: 'apps/web' },
  }))
  const shown = exceptions[0]?.frames.map(one => [one.file, one.function, one.line, one.context?.line.trim()])
  expect(shown).toEqual([
    ['apps/web/app/pay-button.tsx', 'pay', 8, 'setTotal(cartTotal([{ amount: 2.5 }, null]))'],
    ['apps/web/lib/cart-total.ts', 'cartTotal', 5, 'for (const line of lines) total += roundPrice(line)'],
    ['packages/money/src/round.ts', 'roundPrice', 7, 'const { amount } = price as Price'],
  ])
})

test.each([
  ['on', 0],
  ['behind', 1],
])('a call of a function whose end is mapped %s its brace is where its arguments are', async (_, brace) => {
  const made = new TraceMap({
    ...{
      version: 3,
      names: [],
      sources: ['sum.ts', 'pay.ts'],
      sourcesContent: ['const sum = x => {\n}', 'run(sum([1]))'],
    },
    mappings: [
      [
        [0, 0, 0, 0],
        [10, 0, 1, brace],
        [13, 1, 0, 8],
      ],
    ],
  })
  const { exceptions } = await mapFrames(event([frame('pay', 12)]), async () => ({ map: made, file: 'a.js', root: '' }))
  expect(exceptions[0]?.frames).toMatchObject([{ file: 'pay.ts', line: 1, column: 9 }])
})

test('what is mapped is grouped by its source', async () => {
  const { grouping, culprit } = groupEvent(await mapFrames(event(stack), find))
  expect(culprit).toBe('price.ts in priceOf')
  expect(grouping.because).toEqual([
    'type TypeError',
    'frame apps/web/src/price.ts priceOf: return known.price * known.amount',
  ])
})

test('a frame that no map knows stays as it came, and so does one without a place', async () => {
  const others = [frame('x', 4, 'https://cdn.example/tag.js'), frame('c', null), frame('c', 100_000)]
  const odd = { ...frame('c', 74), line: 900 }
  const { exceptions } = await mapFrames(event([...others, odd]), find)
  expect(exceptions[0]?.frames.slice(0, 2)).toEqual(others.slice(0, 2))
  expect(exceptions[0]?.frames.at(-1)).toEqual(odd)
})

test.each([
  ['webpack://_N_E/./src/cart.ts', 'apps/web/src/cart.ts'],
  ['webpack:///src/cart.ts?1a2b', 'apps/web/src/cart.ts'],
  ['webpack://_N_E/../../packages/money/src/sum.ts', 'packages/money/src/sum.ts'],
  ['turbopack:///[project]/packages/money/src/sum.ts', 'packages/money/src/sum.ts'],
  ['../../../../../../elsewhere/x.ts', 'elsewhere/x.ts'],
  ['../../../../packages/money/src/sum.ts', 'packages/money/src/sum.ts'],
])('a source called %s is %s', async (source, path) => {
  const one = new TraceMap({ version: 3, sources: [source], sourcesContent: [null], names: [], mappings: 'AAAA' })
  const { exceptions } = await mapFrames(event([frame('longName', 1)]), async () => ({
    ...{ map: one, file: 'apps/web/dist/assets/index.js', root: 'apps/web' },
  }))
  expect(exceptions[0]?.frames[0]).toMatchObject({ file: path, function: 'longName', line: 1, context: null })
})

test('a map of webpack that lost its scheme names its sources from the folder of the service', async () => {
  const sources = ['../../packages/money/src/sum.ts', './lib/cart.ts']
  const one = new TraceMap({ version: 3, sources, sourcesContent: [null, null], names: [], mappings: 'AAAA,UCAA' })
  const { exceptions } = await mapFrames(event([frame('longName', 1), frame('longName', 11)]), async () => ({
    ...{ map: one, file: 'apps/web/dist/x-1.js', root: 'apps/web' },
  }))
  expect(exceptions[0]?.frames.map(({ file }) => file)).toEqual(['packages/money/src/sum.ts', 'apps/web/lib/cart.ts'])
})

test.each([
  ['what its map says is not to be looked at', { sources: ['../src/lib/x.ts'], ignoreList: [0] }, false],
  ['what webpack adds', { sources: ['webpack://_N_E/webpack/bootstrap'] }, false],
  ['what Turbopack adds', { sources: ['turbopack:///[turbopack]/browser/runtime/base.ts'] }, false],
  ['a package', { sources: ['turbopack:///[project]/node_modules/next/dist/x.js'] }, false],
  ['a folder that is called webpack', { sources: ['../src/webpack/x.ts'] }, true],
])('%s is part of the app: only what is', async (_, more, isInApp) => {
  const one = new TraceMap({ version: 3, sourcesContent: [null], names: [], mappings: 'AAAA', ...more })
  const { exceptions } = await mapFrames(event([frame('longName', 1)]), async () => ({
    ...{ map: one, file: 'apps/web/dist/index.js', root: 'apps/web' },
  }))
  expect(exceptions[0]?.frames[0]?.isInApp).toBe(isInApp)
})

test('the code around a line is found below the root that a map names for its sources', async () => {
  const one = new TraceMap({
    ...{ version: 3, sourceRoot: '../src', sources: ['x.ts'], sourcesContent: ['go()'], names: [], mappings: 'AAAA' },
  })
  const { exceptions } = await mapFrames(event([frame('longName', 1)]), async () => ({
    ...{ map: one, file: 'apps/web/dist/index.js', root: 'apps/web' },
  }))
  expect(exceptions[0]?.frames[0]).toMatchObject({ file: 'apps/web/src/x.ts', context: { line: 'go()' } })
})

test('only frames of JavaScript with a place are looked up', () => {
  expect(hasBundles(event([frame('a', 1)]))).toBe(true)
  expect(hasBundles(event([frame('a', 1, 'src/a.ts'), frame('a', null)]))).toBe(false)
})

test.each([
  ['a method', ['class A {', '  async total(items: X[]): Promise<number> {', '    return 1', '  }', '}'], 3, 'total'],
  ['a property', ['class A {', '  readonly open = async (x: X) => {', '    go(x)', '  }', '}'], 3, 'open'],
  ['a block within', ['function outer() {', '  if (x) {', '    go()', '  }', '}'], 3, 'outer'],
  ['after a function that ended', ['function before() {', '}', 'go()'], 3, null],
  ['the top of a module', ['go()'], 1, null],
  ['no such line', ['go()'], 9, null],
  ['a generator', ['function* each<T>(list: T[]) {', '  yield 1', '}'], 2, 'each'],
  ['a brace that ends it', ['export const sum = (list: X[]) => {', '  return 1', '}'], 3, 'sum'],
  ['a callback', ['function outer() {', '  each(function () {', '    go()', '  })', '}'], 3, 'outer'],
  ['a constructor', ['class A {', '  constructor() {', '    go()', '  }', '}'], 3, null],
])('the function around %s', (_, lines, line, name) => {
  expect(enclosingFunction(lines, line)).toBe(name)
})
