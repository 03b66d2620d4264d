import { expect } from '@playwright/test'
import { urls } from '../environment.ts'
import { test } from '../visitor/test.ts'

test('the front door leads into the builder of the same environment', async ({ visitor }) => {
  const { title, start } = await visitor.openFrontDoor()
  expect(title).toMatch(/sitebuilder/)
  expect(start).toBe(`${urls.builder}/#new`)
  await visitor.startSite()
})

test('the services answer for their health', async ({ request }) => {
  for (const url of [urls.backend, urls.runtime]) {
    const response = await request.get(`${url}/healthz`)
    expect(await response.json()).toMatchObject({ status: 'ok' })
  }
})

test('a page nobody published is a plain 404', async ({ visitor }) => {
  const seen = await visitor.look(`${urls.runtime}/s/nobody-published-this`)
  expect(seen).toEqual({ status: 404, heading: 'No page here' })
})
