import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openRenderFake, openVercelFake, type RenderFake, type VercelFake } from '@gantry/vendor-fakes'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { tempFolder, typed } from '../testing/test-host.ts'

let vercel: VercelFake
let render: RenderFake
let cwd: string
beforeAll(async () => {
  vercel = await openVercelFake()
  render = await openRenderFake()
  cwd = tempFolder()
  execFileSync('git', ['init', '--quiet'], { cwd })
  const text = `export default {
  project: 'shop',
  services: {
    web: { path: 'web', deploy: { provider: 'vercel', project: 'shop-{environment}' } },
    api: { path: 'api', deploy: { provider: 'render', service: 'shop-api' } },
    here: { path: 'here', deploy: { provider: 'local', kind: 'static' } },
  },
  environments: { staging: { on: 'main' } },
}
`
  writeFileSync(join(cwd, 'gantry.config.ts'), text)
})
beforeEach(() => {
  vercel.reset()
  render.reset()
  vercel.addProject('shop-staging')
  render.addService('shop-api')
})
afterAll(async () => {
  await vercel[Symbol.asyncDispose]()
  await render[Symbol.asyncDispose]()
})

const tokens = () => ({ VERCEL_TOKEN: vercel.token, RENDER_API_KEY: render.token })
const check = (args: string[] = [], env: Record<string, string> = tokens()) =>
  typed(['vendors', 'check', ...args], {
    cwd,
    env: { ...env, VERCEL_API_URL: vercel.url, RENDER_API_URL: render.url },
  })

it('asks each vendor of the config, reading only, and lists what a person has to try', async () => {
  const { code, out } = await check()
  expect(out).toContain('Vercel, as web in staging')
  expect(out).toContain('Render, as api in staging')
  expect(out).toMatch(/holds {4}A refusal is \{"error": \{"code", "message"\}\}, and x-vercel-id names the request\./)
  expect(out).toMatch(/by-hand {2}autoAssignCustomDomains: false at creation/)
  const methods = [...vercel.requests, ...render.requests].map(({ method }) => method)
  expect([new Set(methods), methods.length > 8]).toEqual([new Set(['GET']), true])
  // The fake of Render says nothing of limits, and that is told.
  expect(code).toBe(1)
  expect(out).toMatch(/differs .*\(render-limits\)\n +the answer has no Ratelimit-Remaining/)
})

it('says the same to programs, of one service', async () => {
  const { code, out } = await check(['--service', 'web', '--json'])
  const { checked } = JSON.parse(out)
  expect(checked).toMatchObject([{ vendor: 'Vercel', service: 'web', environment: 'staging' }])
  expect(new Set(checked[0].assumptions.map(({ state }: { state: string }) => state))).toEqual(
    new Set(['holds', 'by-hand']),
  )
  expect(code).toBe(0)
})

it('a vendor that does not let us in is no vendor that differs', async () => {
  vercel.expireToken()
  const { code, out } = await check(['--service', 'web'])
  expect(code).toBe(3)
  expect(out).toMatch(/unknown .*\n +Vercel did not answer \/v9\/projects\/shop-staging: 403 forbidden: .*VERCEL_TOKEN/)
})

it('needs the variables that the config names, and not those they are usually in', async () => {
  const own = tempFolder()
  execFileSync('git', ['init', '--quiet'], { cwd: own })
  const text = `export default {
  project: 'shop',
  services: {
    app: { path: '.', deploy: { provider: 'fly', app: 'shop', tokenEnv: 'SHOP_FLY_TOKEN' } },
    data: { path: '.', deploy: { provider: 'supabase', database: '\${SHOP_DATABASE}' } },
  },
  environments: { staging: { on: 'main' } },
}
`
  writeFileSync(join(own, 'gantry.config.ts'), text)
  const missing = async (service: string, env: Record<string, string>) =>
    (await typed(['vendors', 'check', '--service', service], { cwd: own, env })).err
  expect(await missing('app', { FLY_API_TOKEN: 'a' })).toContain('expected SHOP_FLY_TOKEN, which is not set')
  expect(await missing('data', { DATABASE_URL: 'a' })).toContain('expected SHOP_DATABASE, which is not set')
  const env = { SHOP_DATABASE: 'postgres://nobody@127.0.0.1:9/none' }
  expect(await typed(['vendors', 'check', '--service', 'data'], { cwd: own, env })).toMatchObject({ code: 3 })
})

it('names the token that is missing, and an environment that is not there', async () => {
  const missing = await check([], {})
  expect([missing.code, missing.err]).toEqual([2, expect.stringContaining('expected VERCEL_TOKEN, which is not set')])
  const unknown = await check(['--environment', 'prod'])
  expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('there is no environment "prod"')])
})
