import { createElement } from 'react'
import { beforeAll, expect, test } from 'vitest'
import { mounted, press } from '../testing/page.ts'
import { installKeys } from './keys.ts'
import { useRowKeys } from './row-keys.ts'

beforeAll(installKeys)

function listOf(...names: string[]) {
  const row = (name: string) => createElement('a', { key: name, href: '#', id: name, 'data-row': true }, name)
  return mounted(useRowKeys<HTMLUListElement>, {
    draw: ref =>
      createElement('ul', { ref }, ...names.map(row), createElement('a', { href: '#', id: 'other' }, 'not a row')),
  })
}

const walked = (keys: string) =>
  [...keys].map(key => {
    press(key, document.activeElement ?? document.body)
    return document.activeElement?.id
  })

test('j goes down from the top and stays at the end', () => {
  listOf('a', 'b', 'c')
  expect(walked('jjjjj')).toEqual(['a', 'b', 'c', 'c', 'c'])
})

test('k goes up from the end and stays at the top', () => {
  listOf('a', 'b', 'c')
  expect(walked('kkkkk')).toEqual(['c', 'b', 'a', 'a', 'a'])
})

test('it goes on from the row that has the focus, and begins anew from anywhere else', () => {
  listOf('a', 'b', 'c')
  document.getElementById('b')?.focus()
  expect(walked('j')).toEqual(['c'])
  document.getElementById('other')?.focus()
  expect(walked('j')).toEqual(['a'])
})

test('the row is brought into view, not further', () => {
  listOf('a', 'b')
  const seen: unknown[] = []
  const row = document.getElementById('a')
  if (row) row.scrollIntoView = options => void seen.push(options)
  walked('j')
  expect(seen).toEqual([{ block: 'nearest' }])
})

test('a list without rows takes no focus, and one that is gone no keys', () => {
  const empty = listOf()
  expect(walked('jk')).toEqual(['', ''])
  empty.unmount()
  const list = listOf('a')
  list.unmount()
  expect(walked('j')).toEqual([''])
})
