import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { totp } from '../apps/server/src/testing/totp.ts'
import { type RunningGantry, startGantry } from '../tools/running-gantry.ts'
import { expectNoFaults, expectNoFaultsInBoth } from './axe.ts'
import { type PeopleProduct, peopleProduct, projects } from './people-product.ts'
import {
  type Answer,
  ask,
  freshPage,
  givePasskeys,
  joined,
  type Laptop,
  laptop,
  named,
  ofShop,
  openStream,
  ownerPage,
  password,
  shop,
  signInByPassword,
  signInHeading,
  signOut,
} from './person.ts'

/** Two projects, an owner, a release manager and a viewer, each in a browser of their own. */
test.describe.configure({ mode: 'serial' })

let home = ''
let gantry: RunningGantry
let product: PeopleProduct
let machine: Laptop
let ana: Page
let mia: Page
let vic: Page

test.beforeAll(async ({ browser }) => {
  home = await mkdtemp(join(tmpdir(), 'gantry-people-'))
  product = await peopleProduct(home)
  gantry = await startGantry({ home, env: { GANTRY_SAMPLE: 'off', GANTRY_OWNER: 'Ana' } })
  machine = await laptop()
  ana = await ownerPage(browser, gantry)
})
test.afterAll(async () => {
  await Promise.all([ana, mia, vic].map(page => page?.context().close()))
  await gantry?.stop()
  await Promise.all([home, machine?.home ?? ''].filter(Boolean).map(dir => rm(dir, { recursive: true, force: true })))
})

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name })
const codeOf = ({ status, body }: Answer) => [status, body.error?.code]

async function releaseOf(page: Page, sha: string): Promise<void> {
  await page.goto(shop(`/releases/${sha}`))
  await expect(button(page, 'Approve…')).toBeVisible()
}

test('eight tabs of one browser share one stream, and all of them load', async () => {
  const tabs = await Promise.all(Array.from({ length: 7 }, () => ana.context().newPage()))
  const status = "fetch('/api/v1/me').then(answer => answer.status)"
  for (const tab of tabs) {
    await tab.goto(shop('/releases'))
    await expect(heading(tab, 'Releases')).toBeVisible()
  }
  for (const tab of [ana, ...tabs]) expect(await tab.evaluate(status)).toBe(200)
  expect(await gantry.api('GET', '/api/v1/stream/streams')).toMatchObject({ streams: 1 })
  await Promise.all(tabs.map(tab => tab.close()))
})

test('the owner invites a release manager by a link; she joins with a password, adds a passkey, and signs in with each', async ({
  browser,
}) => {
  await ana.goto(shop('/settings/people'))
  await button(ana, 'Invite somebody…').click()
  await ana.getByRole('combobox', { name: 'Role' }).selectOption('release-manager')
  await button(ana, 'Make the link').click()
  const link = named((await ana.getByRole('dialog').locator('code').textContent()) ?? '')
  mia = await freshPage(browser, gantry)
  await givePasskeys(mia)
  await mia.goto(link)
  await expect(heading(mia, 'Ana invites you to shop')).toBeVisible()
  await mia.getByRole('textbox', { name: 'Name' }).fill('Mia')
  await mia.getByRole('textbox', { name: 'E-mail' }).fill('mia@shop.example')
  await mia.getByLabel('Password').fill(password)
  await button(mia, 'Make an account and accept').click()
  await mia.waitForURL(`**${shop('')}`)
  await mia.goto('/profile')
  await button(mia, 'Add a passkey').click()
  await expect(button(mia, 'Remove This device…')).toBeVisible()
  await signOut(mia, 'Mia')
  await signInByPassword(mia, 'Mia@shop.example')
  await expect(heading(mia, 'Profile')).toBeVisible()
  await signOut(mia, 'Mia')
  await button(mia, 'Sign in with a passkey').click()
  await expect(heading(mia, 'Profile')).toBeVisible()
  const { rows } = await gantry.api<{ rows: { actor: string; action: string; subject: string }[] }>(
    'GET',
    '/api/v1/server/ledger',
  )
  const signIns = rows.filter(({ actor, action }) => actor === 'Mia' && action === 'sign-in.done')
  expect(signIns.map(({ subject }) => subject).toReversed()).toEqual([
    'a password, with a new account',
    'a password',
    'a passkey',
  ])
  await mia.goto(link)
  await expect(mia.getByText('It was accepted already.')).toBeVisible()
})

test('she sees her project alone: in the list, in the switcher, and at the address of the other', async () => {
  await mia.goto('/projects')
  await expect(mia.getByRole('link', { name: projects.theirs, exact: true })).toBeVisible()
  await expect(mia.getByText(projects.other)).toHaveCount(0)
  await mia.goto(shop(''))
  await button(mia, 'Project shop, switch').click()
  await expect(mia.getByRole('menuitem')).toHaveText(['shop', 'All projects'])
  await mia.goto(`/p/${projects.other}/releases`)
  await expect(heading(mia, `No project ${projects.other}`)).toBeVisible()
  const answers = await Promise.all(
    [projects.other, 'never-was'].map(name => ask(mia, `/api/v1/projects/${name}/people`)),
  )
  expect(answers.map(codeOf)).toEqual(Array(2).fill([404, 'PROJECT_UNKNOWN']))
})

test('she approves what another wrote; what she wrote she does not, under no name and e-mail she has or had', async () => {
  const { ofKim, ofMia } = product
  await releaseOf(mia, ofKim.sha)
  await button(mia, 'Approve…').click()
  await mia.getByRole('dialog').getByRole('textbox', { name: 'Reason' }).fill('read and tried')
  await button(mia, `Approve ${ofKim.sha.slice(0, 7)}`).click()
  await expect(mia.getByRole('list', { name: 'Decisions' })).toContainText('Mia approved it')
  const expectRefused = async () => {
    await releaseOf(mia, ofMia.sha)
    await expect(button(mia, 'Approve…')).toHaveAccessibleDescription(/You wrote some of what it brings/)
    const path = ofShop(`/promotions/${ofMia.promotion}/approve`)
    const answer = await ask(mia, path, { reason: 'mine' })
    expect([...codeOf(answer), answer.body.error?.message]).toEqual([
      ...[403, 'FORBIDDEN'],
      expect.stringContaining('someone else must approve it'),
    ])
  }
  await expectRefused()
  await mia.goto('/profile')
  await mia.getByRole('textbox', { name: 'E-mail' }).fill('moss@elsewhere.example')
  const panel = mia.getByRole('region', { name: 'Name and e-mail' })
  await panel.getByLabel('Present password').fill('a guess of hers')
  await button(mia, 'Save').click()
  await expect(panel.getByText('PASSWORD_WRONG')).toBeVisible()
  await panel.getByLabel('Present password').fill(password)
  await button(mia, 'Save').click()
  await expect(panel.getByLabel('Present password')).toBeHidden()
  await expectRefused()
})

test('a second factor is asked for after the password, once it is set', async () => {
  await mia.goto('/profile')
  const panel = mia.getByRole('region', { name: 'Second factor' })
  await panel.getByLabel('Your password').fill(password)
  await button(mia, 'Set up an authenticator').click()
  const code = panel.getByRole('textbox', { name: 'Code of your authenticator' })
  await expect(code).toHaveValue('')
  const key = (await panel.locator('code').first().textContent()) ?? ''
  await expectNoFaults(mia, 'the profile with an authenticator')
  await code.fill(totp(key))
  await button(mia, 'Turn it on').click()
  await expect(button(mia, 'Turn it off')).toBeVisible()
  await signOut(mia, 'Mia')
  await signInByPassword(mia, 'moss@elsewhere.example')
  await mia.getByRole('textbox', { name: 'Code of your authenticator' }).fill('000000')
  await button(mia, 'Go on').click()
  await expect(mia.getByText('this code is wrong')).toBeVisible()
  await mia.getByRole('textbox', { name: 'Code of your authenticator' }).fill(totp(key))
  await button(mia, 'Go on').click()
  await expect(heading(mia, 'Profile')).toBeVisible()
})

test('a viewer is refused every act, by screen and by each route of the API', async ({ browser }) => {
  vic = await joined(browser, gantry, 'Vic', 'viewer')
  await releaseOf(vic, product.ofMia.sha)
  for (const name of ['Approve…', 'Reject…'])
    await expect(button(vic, name)).toHaveAccessibleDescription(/you are a viewer/)
  await vic.goto(shop('/settings/people'))
  await expect(button(vic, 'Remove Mia…')).toHaveAccessibleDescription('Owners do this; you are a viewer')
  await expect(button(vic, 'Invite somebody…')).toBeHidden()
  await vic.goto(shop('/settings/tokens'))
  await expect(vic.getByText('Owners do this; you are a viewer')).toBeVisible()
  const { paths } = await gantry.api<{ paths: Record<string, Record<string, unknown>> }>('GET', '/api/v1/openapi.json')
  const acts = Object.entries(paths).flatMap(([path, of]) =>
    ['post', 'put', 'delete', 'patch'].filter(method => method in of).map(method => ({ method, path })),
  )
  // Whoever may look may leave, and keep searches of their own; the others ask for a token of their own, of a hook or of a job on GitHub, whoever is signed in.
  const ofProject = acts.filter(({ path }) =>
    /^\/api\/v1\/projects\/\{project\}\/(?!leave|searches|hooks|github\/token)/.test(path),
  )
  expect(ofProject.length).toBeGreaterThan(30)
  const refused = await Promise.all(
    ofProject.map(async ({ method, path }) => {
      const asked = path.replace('{project}', projects.theirs).replaceAll(/\{\w+\}/g, '1')
      return [method, path, (await ask(vic, asked, {}, method.toUpperCase())).status]
    }),
  )
  expect(refused).toEqual(ofProject.map(({ method, path }) => [method, path, 403]))
})

test('and by command: it signs in by a code that the viewer approves in the browser, and may then look', async () => {
  const url = named(gantry.url)
  const signingIn = machine.start('sign-in', url)
  const [, address = '', code = ''] = await signingIn.says(/open (\S+)\s+and see that it shows the code (\S+)/)
  await vic.goto(named(address))
  await expect(vic.locator('code')).toHaveText(code)
  await button(vic, 'Sign the command in').click()
  await expect(vic.getByText('The command is signed in.')).toBeVisible()
  expect([await signingIn.exit, signingIn.output]).toEqual([0, expect.stringContaining(`signed in to ${url}`)])
  const sha = product.ofMia.sha
  const typed = [
    ['approve', sha, '--reason', 'x'],
    ['people', 'invite', 'owner'],
    ['tokens', 'create', 'mine', '--scope', 'read'],
    ['releases'],
  ].map(args => machine.start(...args))
  const ends = await Promise.all(typed.map(async each => [await each.exit, each.output.includes('FORBIDDEN')]))
  expect(ends).toEqual([...Array(3).fill([2, true]), [0, false]])
})

test('a token and a session that are revoked stop at once, with the streams and pages they have open', async () => {
  const asked = { name: 'watcher', scopes: ['read'], days: 1 }
  const { token } = await gantry.api<{ token: string }>('POST', ofShop('/tokens'), asked)
  const authorization = { authorization: `Bearer ${token}` }
  const ofToken = await openStream(gantry.url, authorization)
  await ana.goto(shop('/settings/tokens'))
  await button(ana, 'Revoke watcher…').click()
  await button(ana, 'Revoke the token').click()
  await ofToken.ended
  expect((await fetch(`${gantry.url}${ofShop('/line')}`, { headers: authorization })).status).toBe(401)
  await vic.goto(shop('/ledger'))
  await expect(heading(vic, 'Ledger')).toBeVisible()
  const cookies = (await vic.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
  const ofSession = await openStream(named(gantry.url), { cookie: cookies })
  await ana.goto('/profile')
  const sessions = ana.getByRole('region', { name: 'Sessions' }).getByRole('listitem').filter({ hasText: 'Vic' })
  await expect(sessions).toHaveCount(2)
  for (const left of [1, 0]) {
    await sessions.first().getByRole('button', { name: 'End this session' }).click()
    await expect(sessions).toHaveCount(left)
  }
  await ofSession.ended
  await expect(signInHeading(vic)).toBeVisible()
  const looked = machine.start('releases')
  expect([await looked.exit, looked.output]).toEqual([2, expect.stringContaining('UNAUTHENTICATED')])
})

test('a role that is lowered, and a project that is taken away, show in the page that is open', async () => {
  await releaseOf(mia, product.ofMia.sha)
  const { people } = await gantry.api<{ people: { id: string; name: string }[] }>('GET', ofShop('/people'))
  const id = people.find(({ name }) => name === 'Mia')?.id
  await gantry.api('POST', ofShop(`/people/${id}/role`), { role: 'viewer' })
  await expect(button(mia, 'Reject…')).toHaveAccessibleDescription(/you are a viewer/)
  await gantry.api('POST', ofShop(`/people/${id}/remove`), {})
  await expect(heading(mia, 'No project shop')).toBeVisible()
})

test('whoever signs out everywhere else stays; the last owner cannot leave', async ({ browser }) => {
  const other = await freshPage(browser, gantry)
  await other.goto(named(await gantry.signInUrl()))
  await button(other, 'Sign in').click()
  await expect(heading(other, 'Projects')).toBeVisible()
  await ana.goto('/profile')
  await button(ana, 'Sign out everywhere else').click()
  await expect(signInHeading(other)).toBeVisible()
  await ana.goto(shop('/settings/people'))
  await expect(button(ana, 'Remove Ana…')).toHaveAccessibleDescription(/^The only owner of the project/)
  expect(codeOf(await ask(ana, ofShop('/leave'), {}))).toEqual([409, 'LAST_OWNER'])
  // The commands of this machine were signed out too, and got another token.
  await expect.poll(() => gantry.api('GET', '/api/v1/me').then(() => true, String)).toBe(true)
})

test('the pages in front of the door hold nothing against anybody: axe, 320 pixels, and no other server behind them', async ({
  browser,
}) => {
  const page = await freshPage(browser, gantry)
  const { link } = await gantry.api<{ link: string }>('POST', ofShop('/invitations'), { role: 'viewer' })
  for (const [address, title] of [
    ['/profile', 'Sign in'],
    [named(link), 'Ana invites you to shop'],
  ] as const) {
    await page.goto(address)
    await expect(heading(page, title)).toBeVisible()
    await expectNoFaultsInBoth(page, title)
    await page.setViewportSize({ width: 320, height: 800 })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320)
    await page.setViewportSize({ width: 1280, height: 900 })
  }
  await page.goto(`${named(gantry.url)}//evil.example/`)
  await page.getByRole('textbox', { name: 'Sign-in link' }).fill(await gantry.signInUrl())
  await button(page, 'Sign in by this link').click()
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('Sign in')
  expect(new URL(page.url()).host).toBe(new URL(named(gantry.url)).host)
})
