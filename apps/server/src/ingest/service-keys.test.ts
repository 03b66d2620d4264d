import { expect, test } from 'vitest'
import { dsnOf, serviceKey, serviceOf } from './service-keys.ts'

const project = 'a'.repeat(32)

test('a key tells its service', () => {
  const key = serviceKey(project, 'backend')
  expect(key).toMatch(/^[0-9a-f]{32}$/)
  expect(serviceOf(key, project, ['builder', 'backend'])).toBe('backend')
})

test("the project's own key is of no service, and a stranger's of nobody", () => {
  expect(serviceOf(project, project, ['backend'])).toBeNull()
  expect(serviceOf('b'.repeat(32), project, ['backend'])).toBeUndefined()
})

test('a DSN names the address, the key and the project', () => {
  expect(dsnOf('http://127.0.0.1:4400', project, 3)).toBe(`http://${project}@127.0.0.1:4400/3`)
})
