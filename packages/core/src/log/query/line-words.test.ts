import { expect, test } from 'vitest'
import { asOneWord, wordsOf } from './line-words.ts'

test('words are letters and digits of any language, in lower case', () => {
  expect(wordsOf('GET /Café?user_id=7 größer')).toEqual(['get', 'café', 'user_id', '7', 'größer'])
  expect(wordsOf('GET /cafe?User_id=7')).toEqual(['get', 'cafe', 'user_id', '7'])
  expect(wordsOf(' .,;')).toEqual([])
})

test('ASCII alone is parted as it is beside other letters', () => {
  for (let code = 0; code < 128; code++) {
    const text = `A${String.fromCharCode(code)}b`
    expect([text, ...wordsOf(text)]).toEqual([text, ...wordsOf(`${text} é`).slice(0, -1)])
    expect(`${asOneWord(text)}_é`).toBe(asOneWord(`${text} É`))
  }
})
