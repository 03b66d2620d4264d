import { expect, test } from 'vitest'
import { hashedName } from './hashed-name.ts'

test.each([
  ['/assets/index-BxY12ab3.js', true],
  ['/assets/a/index-q9s_8dKe.css', true],
  ['/_astro/page.Dk3s9_aB.js', true],
  ['/static/js/main.1f9c2ab4.js', true],
  ['/assets/index-B1fc2ab4.js', true],
  ['/assets/apple-touch-icon.png', false],
  ['/static/hero-background.jpg', false],
  ['/assets/hero-1920x1080.jpg', false],
  ['/index-BxY12ab3.js', false],
  ['/assets/index.html', false],
])('%s has a hash: %s', (path, expected) => {
  expect(hashedName.test(path)).toBe(expected)
})
