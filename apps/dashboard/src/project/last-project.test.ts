import { expect, test } from 'vitest'
import { projectMeant } from './last-project.ts'

test('leads to the project looked at last, else to the only one; among several a person chooses', () => {
  expect(projectMeant(['blog', 'shop'], 'shop')).toBe('shop')
  expect(projectMeant(['blog'], 'shop')).toBe('blog')
  expect(projectMeant(['blog', 'shop'], 'gone')).toBeNull()
  expect(projectMeant(['blog', 'shop'], null)).toBeNull()
  expect(projectMeant([], 'shop')).toBeNull()
})
