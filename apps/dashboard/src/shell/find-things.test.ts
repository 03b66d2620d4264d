import { expect, test } from 'vitest'
import { findThings, isSha, type Thing } from './find-things.ts'

const release = (sha: string, title: string): Thing => ({
  group: 'Releases',
  text: `Release ${sha.slice(0, 7)}: ${title}`,
  sha,
})
const first = release('531779bc0ffee1234567890abcdef12345678901', 'Fix refunds')
const second = release('5317a79b00000000000000000000000000000000', 'Warm up 531')
const things: Thing[] = [
  second,
  first,
  { group: 'Services', text: 'Logs of backend', words: 'service' },
  { group: 'Issues', text: 'Issue 12: TypeError: total is undefined' },
  { group: 'Runs', text: 'Run ci 12: Fix refunds' },
  { group: 'Runs', text: 'Run ci 112: Warm up' },
  { group: 'Settings', text: 'Theme: dark', words: 'setting colour' },
]
const found = (typed: string) => findThings(things, typed).flatMap(([, members]) => members.map(({ text }) => text))

test('a commit is found by its beginning, and no other in its place', () => {
  expect(found('531779b')).toEqual([first.text])
  expect(found('531779bc0ffee1234567890abcdef12345678901')).toEqual([first.text])
  expect(found('5317')).toEqual([second.text, first.text])
  expect(found('531779c')).toEqual([])
  expect(found('release 531779b')).toEqual([first.text])
})

test('services, issues, runs and settings are found by every word typed, the whole word first', () => {
  expect(found('backend')).toEqual(['Logs of backend'])
  expect(found('service log')).toEqual(['Logs of backend'])
  expect(found('typeerr undef')).toEqual(['Issue 12: TypeError: total is undefined'])
  expect(found('run 12')).toEqual(['Run ci 12: Fix refunds', 'Run ci 112: Warm up'])
  expect(found('setting')).toEqual(['Theme: dark'])
  expect(found('bckend')).toEqual([])
})

test('nothing typed shows some of each group', () => {
  const many = Array.from({ length: 30 }, (_, index): Thing => ({ group: 'Runs', text: `Run ${index}` }))
  expect(findThings([...many, ...things], '').map(([group, members]) => [group, members.length])).toEqual([
    ['Runs', 8],
    ['Releases', 2],
    ['Services', 1],
    ['Issues', 1],
    ['Settings', 1],
  ])
})

test('seven digits of sixteen are a commit', () => {
  expect(['531779b', '531779', 'backend', '1234567', 'g31779b'].map(isSha)).toEqual([true, false, false, true, false])
})
