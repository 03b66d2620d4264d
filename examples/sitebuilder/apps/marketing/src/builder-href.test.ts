import { expect, test } from 'vitest'
import { builderHref } from './builder-href.ts'

test('leads to a new site in the builder of the same environment', () => {
  expect(builderHref({ BUILDER_URL: 'https://build.example.com' })).toBe('https://build.example.com/#new')
})

test.each([undefined, '', 'build.example.com', 'javascript:alert(1)'])('leads nowhere with %j', BUILDER_URL => {
  expect(builderHref(BUILDER_URL === undefined ? {} : { BUILDER_URL })).toBeUndefined()
})
