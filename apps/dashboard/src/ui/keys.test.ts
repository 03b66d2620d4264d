import { expect, test } from 'vitest'
import { keyName } from './keys.ts'

const press = (key: string, held: Partial<Record<'metaKey' | 'ctrlKey' | 'altKey' | 'shiftKey', boolean>> = {}) =>
  keyName({ key, metaKey: false, ctrlKey: false, altKey: false, shiftKey: false, ...held })

test('keys are called what people call them', () => {
  expect(press('f')).toBe('f')
  expect(press('R', { shiftKey: true })).toBe('shift+r')
  expect(press('?', { shiftKey: true })).toBe('?')
  expect(press('k', { metaKey: true })).toBe('mod+k')
  expect(press('K', { ctrlKey: true })).toBe('mod+k')
  expect(press('é', { altKey: true })).toBeNull()
})
