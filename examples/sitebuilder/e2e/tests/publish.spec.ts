import { expect } from '@playwright/test'
import { uniqueName, urls } from '../environment.ts'
import { test } from '../visitor/test.ts'

test('a person writes a site, publishes it, and opens it', async ({ visitor }) => {
  const name = uniqueName('Bakery')
  await visitor.write({ name, title: 'Fresh <bread> & butter', body: 'Every day.\n\nFrom seven.' })
  expect(await visitor.publishedAt(name)).toBeNull()

  expect(await visitor.publish(name)).toBe(1)
  const site = await visitor.open((await visitor.publishedAt(name)) ?? '')
  expect(site.url).toMatch(new RegExp(`^${urls.runtime}/s/bakery-`))
  expect(await site.heading()).toBe('Fresh <bread> & butter')
  expect(await site.text()).toContain('From seven.')
})

test('whoever has the page open sees the next version by itself', async ({ visitor }) => {
  const name = uniqueName('Menu')
  await visitor.write({ name, title: 'Monday', body: 'Soup.' })
  await visitor.publish(name)
  const reader = await visitor.open((await visitor.publishedAt(name)) ?? '')
  expect(await reader.heading()).toBe('Monday')

  await visitor.retitle(name, 'Tuesday')
  expect(await reader.heading()).toBe('Monday')
  await visitor.publish(name)
  await expect.poll(() => reader.heading()).toBe('Tuesday')
})

test('a draft with problems says where they are', async ({ visitor }) => {
  const problems = await visitor.writeNameOnly({ name: 'Café & Crème', address: 'cafe-and-creme' })
  expect(problems).toEqual({ title: 'Write a title.', body: 'Write some text.' })
})
