import type { Incident, Issue, Release, RunSummary } from '@gantry/core/api'
import { expect, test } from '@playwright/test'
import { expectNoFaultsInBoth } from './axe.ts'
import { api, sampleReady, signIn } from './gantry.ts'

/** Beside the story, and so on pages that hold more by the minute; its name is the last, for it changes nothing. */
test.describe.configure({ mode: 'serial' })

test.beforeAll(sampleReady)
test.beforeEach(({ page }) => signIn(page))

const fixed = [
  '/',
  '/runs',
  '/runs/metrics',
  '/releases',
  '/releases/figures',
  '/previews',
  '/issues',
  '/logs',
  '/monitors',
  '/incidents',
  '/ledger',
]
const settings = ['secrets', 'variables', 'keys', 'tokens', 'channels', 'people', 'project'].map(
  section => `/settings/${section}`,
)
const runbooks = ['/runbooks', '/runbooks/bad-release']

/** Every page of the project, with one thing of each kind that there is by now; and those of the server. */
async function routes(): Promise<string[]> {
  const { runs } = (await api<{ runs: RunSummary[] }>('GET', '/api/v1/projects/sitebuilder/runs')).body
  const { releases } = (await api<{ releases: Release[] }>('GET', '/api/v1/projects/sitebuilder/releases')).body
  const { issues } = (await api<{ issues: Issue[] }>('GET', '/api/v1/projects/sitebuilder/issues?limit=1')).body
  const { incidents } = (await api<{ incidents: Incident[] }>('GET', '/api/v1/projects/sitebuilder/incidents')).body
  const all = [
    ...[...fixed, ...settings, ...runbooks, `/runs/${runs[0]?.id}`, `/releases/${releases[0]?.id}`],
    ...issues.slice(0, 1).map(({ number }) => `/issues/${number}`),
    ...incidents.slice(0, 1).map(({ number }) => `/incidents/${number}`),
  ]
  return [
    ...all.map(route => `/p/sitebuilder${route}`),
    '/projects',
    '/profile',
    '/device',
    '/device?user_code=UNKNOWN1',
  ]
}

test('on no page axe finds anything, light and dark, and every page fits 320 pixels without sideways scroll', async ({
  page,
}) => {
  test.setTimeout(600_000)
  await page.emulateMedia({ reducedMotion: 'reduce' })
  for (const route of await routes()) {
    await page.goto(route)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expectNoFaultsInBoth(page, route)
    await page.setViewportSize({ width: 320, height: 800 })
    expect(await page.evaluate('document.documentElement.scrollWidth'), route).toBeLessThanOrEqual(320)
    await page.setViewportSize({ width: 1280, height: 900 })
  }
})
