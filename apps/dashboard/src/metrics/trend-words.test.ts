import { expect, it } from 'vitest'
import { trendWords } from './trend-words.ts'

it.each([
  [null, 'too few runs'],
  [1.05, 'steady'],
  [0.95, 'steady'],
  [1.5, '50 % slower'],
  [0.5, '50 % faster'],
])('a trend of %s is "%s"', (trend, words) => expect(trendWords(trend)).toBe(words))
