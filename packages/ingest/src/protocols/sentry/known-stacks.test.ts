import fc from 'fast-check'
import { expect, test } from 'vitest'
import { usualSettings } from '../../testing/sender.ts'
import { clientClock } from './client-clock.ts'
import { readEvent } from './read-event.ts'

const receivedAt = '2026-11-28T10:00:00.000Z'
/** What is known is known by settings: new ones know nothing. */
const newSettings = () => structuredClone(usualSettings)

const about = {
  ...{ project: 'shop', receivedAt, service: 'backend', envelopeId: undefined, newId: 'f'.repeat(32) },
  clock: clientClock(receivedAt),
}
const readText = (json: string, settings: typeof usualSettings) => readEvent(Buffer.from(json), { ...about, settings })
const read = (event: unknown, settings: typeof usualSettings) => readText(JSON.stringify(event), settings)
const framesIn = ({ fact }: ReturnType<typeof read>, index = 0) => fact.event.exceptions[index]?.frames

const frame = (index: number, more: object = {}) => ({
  ...{ filename: `/app/src/module-${index}.ts`, function: `step${index}`, lineno: index, colno: 7, in_app: index > 3 },
  context_line: `  return await next(request, ${index})`,
  ...more,
})
const stack = (more: object = {}) => Array.from({ length: 8 }, (_, index) => frame(index, more))
const event = (frames: unknown, more: object = {}) => ({
  ...{ level: 'error', exception: { values: [{ type: 'TypeError', value: 'no', stacktrace: { frames } }] } },
  ...more,
})
/** Read so often that all its stacks are known, then once more. */
const readAgain = (event: unknown, settings = newSettings()) => {
  for (let turn = 0; turn < 3; turn++) read(event, settings)
  return read(event, settings)
}

test('a stack that came before is not read anew, whatever stands around it', () => {
  const settings = newSettings()
  const known = framesIn(readAgain(event(stack()), settings))
  const other = { message: 'é', user: { id: 'u2' }, tags: { a: 'b' }, event_id: 'a'.repeat(32) }
  const again = read({ ...other, ...event(stack()) }, settings)
  expect(framesIn(again)).toBe(known)
  expect(again).toEqual(read({ ...other, ...event(stack()) }, newSettings()))
})

test('one that differs in a letter is another', () => {
  const settings = newSettings()
  readAgain(event(stack()), settings)
  const [first, ...others] = stack()
  const other = [{ ...first, function: 'stepX' }, ...others]
  expect(framesIn(read(event(other), settings))?.[0]?.function).toBe('stepX')
})

test('each exception of a chain, and the threads beside it, may have a known stack', () => {
  const values = [1, 2].map(of => ({ type: `E${of}`, value: 'v', stacktrace: { frames: stack({ lineno: of }) } }))
  const threads = { values: [{ id: 1, stacktrace: { frames: stack() } }] }
  const settings = newSettings()
  const chain = { exception: { values }, threads }
  const before = readAgain(chain, settings)
  const again = read({ ...chain, message: 'm' }, settings)
  expect([framesIn(again, 0), framesIn(again, 1)]).toEqual([framesIn(before, 0), framesIn(before, 1)])
  expect(framesIn(again, 1)).toBe(framesIn(before, 1))
  expect(again).toEqual(read({ ...chain, message: 'm' }, newSettings()))
})

test('a secret in a stack is taken out each time it comes', () => {
  const { fact, scrubbed } = readAgain(event(stack({ vars: { password: 'hunter2' } })))
  expect(scrubbed).toEqual({ password: 8 })
  expect(String(fact.payload)).not.toContain('hunter2')
})

test('a secret beside a known stack is taken out, and the stack is kept whole', () => {
  const { fact, scrubbed } = readAgain(event(stack(), { extra: { token: 'abc123', text: '$& "frames":[] é' } }))
  expect(scrubbed).toEqual({ token: 1 })
  expect(JSON.parse(String(fact.payload))).toEqual(
    event(stack(), { extra: { token: '[scrubbed]', text: '$& "frames":[] é' } }),
  )
})

test('what is called frames elsewhere is no stack', () => {
  const odd = event(stack(), { tags: { frames: stack() }, extra: { frames: stack({ in_app: false }) } })
  expect(readAgain(odd)).toEqual(read(odd, newSettings()))
  const twice = `{"exception":{"values":[{"stacktrace":{"frames":${JSON.stringify(stack())},"frames":[]}}]}}`
  const settings = newSettings()
  for (let turn = 0; turn < 4; turn++) expect(framesIn(readText(twice, settings))).toEqual([])
})

test('a stack that is cut short refuses its event, known or not', () => {
  const settings = newSettings()
  readAgain(event(stack()), settings)
  const text = JSON.stringify(event(stack()))
  for (const broken of [text.slice(0, -20), text.slice(0, -1), text.replace('"level"', '"level')])
    for (let turn = 0; turn < 3; turn++) expect(() => readText(broken, settings)).toThrow(/no JSON/)
})

test('stacks that differ each time are read right, and the one that comes often stays known among them', () => {
  const settings = newSettings()
  const often = framesIn(readAgain(event(stack()), settings))
  const padding = 'x'.repeat(12_000)
  for (let turn = 0; turn < 50; turn++) {
    for (const _ of [1, 2])
      expect(framesIn(read(event(stack({ vars: { turn, padding: `${padding}${turn}` } })), settings))).toHaveLength(8)
    expect(framesIn(read(event(stack()), settings))).toBe(often)
  }
})

const oddText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom('}]', '"}]', '\\', '\\"', '"frames":[', '[{', 'é', '\u0000', '\ud800'),
)
const oddFrame = fc.record(
  {
    filename: oddText,
    function: oddText,
    lineno: fc.integer(),
    in_app: fc.boolean(),
    context_line: oddText,
    vars: fc.anything(),
  },
  { requiredKeys: [] },
)

test('whatever is sent is read again as it was read first', () => {
  const events = fc.record({
    exception: fc.record({
      values: fc.array(
        fc.record({
          type: oddText,
          value: oddText,
          stacktrace: fc.record({ frames: fc.array(oddFrame, { maxLength: 30 }) }),
        }),
        { maxLength: 3 },
      ),
    }),
    extra: fc.anything(),
    message: oddText,
  })
  fc.assert(
    fc.property(events, made => {
      expect(readAgain(made)).toEqual(read(made, newSettings()))
    }),
    { numRuns: 150 },
  )
})
