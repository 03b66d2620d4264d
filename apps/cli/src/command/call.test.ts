import { expect, it } from 'vitest'
import { Call } from './call.ts'

const limits = { min: 1, max: 10 }

it('reads values with the type that is expected of them', () => {
  const call = new Call({ json: true, reason: 'because', approve: ['a', 'b'], limit: '7' })
  expect(call.flag('json')).toBe(true)
  expect(call.text('reason')).toBe('because')
  expect(call.list('approve')).toEqual(['a', 'b'])
  expect(call.int('limit', limits)).toBe(7)
  expect([call.flag('reason'), call.text('json'), call.list('reason'), call.int('none', limits)]).toEqual([
    false,
    undefined,
    [],
    undefined,
  ])
})

it.each(['0', '11', '1.5', 'many', '-1', ''])('refuses "%s" as a number', text => {
  expect(() => new Call({ limit: text }).int('limit', limits)).toThrow(
    `limit: expected a whole number from 1 to 10, got "${text}"`,
  )
})

it('splits pairs at the first equals sign', () => {
  expect(new Call({ input: ['a=1', 'b=x=y', 'c='] }).pairs('input')).toEqual({ a: '1', b: 'x=y', c: '' })
  expect(() => new Call({ input: ['a'] }).pairs('input')).toThrow('input: expected name=value, got "a"')
})

it('refuses an empty value where one is needed', () => {
  expect(() => new Call({ environment: '' }).required('environment')).toThrow('expected a value for environment')
})
