import '../testing/page.ts'
import { afterEach, expect, test, vi } from 'vitest'
import { areStepsHidden, hideSteps } from './steps-hidden.ts'

afterEach(() => {
  vi.unstubAllGlobals()
  localStorage.clear()
})

test('the steps stay hidden for this browser until they are asked for again', () => {
  expect(areStepsHidden()).toBe(false)
  hideSteps(true)
  expect(areStepsHidden()).toBe(true)
  hideSteps(false)
  expect(areStepsHidden()).toBe(false)
})

test('a browser that keeps nothing shows them', () => {
  const refuse = () => {
    throw new Error('denied')
  }
  vi.stubGlobal('localStorage', { getItem: refuse, setItem: refuse, removeItem: refuse, clear: () => {} })
  hideSteps(true)
  expect(areStepsHidden()).toBe(false)
})
