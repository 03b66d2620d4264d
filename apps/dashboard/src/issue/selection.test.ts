import { expect, test } from 'vitest'
import { chosenOf, nothingChosen, toggled, toggledAll } from './selection.ts'

const ids = ['a', 'b', 'c', 'd', 'e']
const chosen = (...given: [id: string, isRange?: boolean][]) =>
  [...given.reduce((now, [id, isRange = false]) => toggled(now, ids, id, isRange), nothingChosen).chosen]
    .sort()
    .join('')

test('a row is chosen and left again', () => {
  expect([chosen(['b']), chosen(['b'], ['d']), chosen(['b'], ['b'])]).toEqual(['b', 'bd', ''])
})

test('a range follows the row it begins at, upwards and downwards', () => {
  expect([chosen(['b'], ['d', true]), chosen(['d'], ['b', true])]).toEqual(['bcd', 'bcd'])
  expect(chosen(['b'], ['e', true], ['c'], ['d', true])).toBe('be')
  expect([chosen(['b', true]), chosen(['gone'], ['b', true])]).toEqual(['b', 'bgone'])
})

test('all are chosen, or none, and what is gone from the list is not acted on', () => {
  const all = toggledAll(nothingChosen, ids)
  expect([...all.chosen]).toEqual(ids)
  expect(toggledAll(all, ids)).toBe(nothingChosen)
  expect(toggledAll(toggled(all, ids, 'a', false), ids).chosen.size).toBe(5)
  expect(chosenOf(all, [{ id: 'b' }, { id: 'x' }])).toEqual([{ id: 'b' }])
})
