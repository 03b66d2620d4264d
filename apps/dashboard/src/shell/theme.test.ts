import { beforeEach, expect, test, vi } from 'vitest'
import '../testing/page.ts'
import { chooseTheme, currentTheme } from './theme.ts'

beforeEach(() => {
  vi.restoreAllMocks()
  localStorage.clear()
  delete document.documentElement.dataset['theme']
})

test('follows the system until one is chosen', () => {
  expect(currentTheme()).toBe('system')
})

test.each(['light', 'dark'] as const)('%s holds for the page and for the next visit', theme => {
  chooseTheme(theme)
  expect([currentTheme(), document.documentElement.dataset['theme']]).toEqual([theme, theme])
  expect(localStorage.getItem('gantry.theme')).toBe(theme)
})

test('the system decides again when that is chosen, also on the next visit', () => {
  chooseTheme('dark')
  chooseTheme('system')
  expect([currentTheme(), document.documentElement.hasAttribute('data-theme')]).toEqual(['system', false])
  expect(localStorage.getItem('gantry.theme')).toBe('system')
})

test('a word that is no theme is the system’s', () => {
  document.documentElement.dataset['theme'] = 'sepia'
  expect(currentTheme()).toBe('system')
})

test('a browser that keeps nothing still changes the page', () => {
  vi.stubGlobal('localStorage', {
    setItem: () => {
      throw new DOMException('full', 'QuotaExceededError')
    },
    clear: () => {},
  })
  chooseTheme('dark')
  expect(currentTheme()).toBe('dark')
  vi.unstubAllGlobals()
})
