import { expect, test } from 'vitest'
import { probes } from './smoke.ts'

const probe = (what: string) =>
  probes('https://api.example.com', 'https://example.com').find(each => each.what === what)

test('an API that lets strangers in is not right, though it answers', () => {
  const refuses = probe('the API refuses strangers')
  expect(refuses?.isRight(401, '{"error":{"code":"UNAUTHENTICATED"}}')).toBe(true)
  expect(refuses?.isRight(200, '{"project":"x"}')).toBe(false)
})

test('an index page where the API should be is not right', () => {
  const reaches = probe('the dashboard reaches the API on its own origin')
  expect(reaches?.url).toBe('https://example.com/api/v1/openapi.json')
  expect(reaches?.isRight(200, '<!doctype html>')).toBe(false)
  expect(reaches?.isRight(200, '{"openapi":"3.1.0"}')).toBe(true)
})
