import { expect, test } from 'vitest'
import { lineInstance } from './line-instance.ts'

test('a line is of the instance that its fields name', () => {
  expect(lineInstance({ hostname: 'h1', pid: 7 })).toEqual({ name: 'hostname', value: 'h1' })
  expect(lineInstance({ hostname: 'h1', service: { instance: { id: 'i-9' } } })).toEqual({
    ...{ name: 'service_instance_id', value: 'i-9' },
  })
  expect(lineInstance({ pid: 7, host: '' })).toBeNull()
})
