import { expect, test } from 'vitest'
import { counted, percent, refInWords, shortSha, withShortShas } from './index.ts'

test('no data is never nought', () => {
  expect(percent(null)).toBe('no data')
  expect(percent(0.0034)).toBe('0.3 %')
  expect([0, 0.04, 0.29, 0.312, 0.5, 1].map(percent)).toEqual(['0 %', '4 %', '29 %', '31.2 %', '50 %', '100 %'])
})

test('one of many is not drawn as none, nor all but one as all', () => {
  expect([1 / 1_000_000, 0.00099, 0.001].map(percent)).toEqual(['< 0.1 %', '< 0.1 %', '0.1 %'])
  expect([0.989, 0.999, 0.9996].map(percent)).toEqual(['98.9 %', '99.9 %', '> 99.9 %'])
})

test('counts agree with their noun', () => {
  expect(counted(1, 'event')).toBe('1 event')
  expect(counted(1412, 'event')).toBe('1,412 events')
  expect(counted(2, 'person', 'people')).toBe('2 people')
})

test('commits are short wherever they stand, and nothing else is', () => {
  const sha = '9d01e77'.padEnd(40, 'a')
  expect(shortSha(sha)).toBe('9d01e77')
  expect(withShortShas(`${sha} → production, GET /api/sites`)).toBe('9d01e77 → production, GET /api/sites')
  expect(withShortShas('sha256:'.concat('a'.repeat(64)))).toBe('sha256:'.concat('a'.repeat(64)))
})

test('a ref is called what people call it', () => {
  const words = {
    'refs/heads/main': 'main',
    'refs/heads/fix/one': 'fix/one',
    'refs/pull/2/merge': 'pull request 2',
    'refs/pull/31/head': 'pull request 31',
    'refs/tags/v1.2': 'tag v1.2',
    'refs/heads/gh-readonly-queue/main/pr-7-8f3c2a1': 'pull request 7, queued for main',
    'refs/heads/pull/2/merge': 'pull/2/merge',
    main: 'main',
  }
  expect(Object.fromEntries(Object.keys(words).map(ref => [ref, refInWords(ref)]))).toEqual(words)
})
