import type { Site } from '@sitebuilder/site'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { SiteList } from './site-list.tsx'

const draft: Site = {
  slug: 'bakery',
  name: 'Bakery <3',
  title: 'T',
  body: 'B',
  createdAt: '2026-11-02T09:00:00Z',
  published: null,
}
const published: Site = { ...draft, slug: 'cafe', name: 'Café', published: { version: 3, at: '2026-11-03T09:00:00Z' } }

const markup = (sites: Site[] | undefined) =>
  renderToStaticMarkup(
    <SiteList sites={sites} runtimeUrl="https://pages.example.com/" onPublish={async () => {}} onEdit={() => {}} />,
  )

test('links to the page of a published site only', () => {
  const html = markup([draft, published])
  expect(html).toContain('href="https://pages.example.com/s/cafe"')
  expect(html).not.toContain('/s/bakery"')
  expect(html).toContain('version 3')
})

test('every button says which site it is for', () => {
  const html = markup([draft, published])
  for (const label of ['Edit Café', 'Publish Café', 'Publish Bakery &lt;3'])
    expect(html).toContain(`aria-label="${label}"`)
})

test('is busy until the first answer, and says so when there is nothing', () => {
  expect(markup(undefined)).toContain('aria-busy="true"')
  expect(markup(undefined)).not.toContain('No site yet')
  expect(markup([])).toContain('No site yet')
})
