import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runProgram } from '../program.ts'
import { tempFolder, testHost } from '../testing/test-host.ts'
import { checkoutAround } from './checkout.ts'
import { buildDashboard, isStale } from './dashboard-build.ts'

/** Says what it was given, then answers sign-in links; the first SIGINT is noted, the second ends it. */
const server = `
import { createServer } from 'node:http'
import { mkdirSync, writeFileSync, appendFileSync } from 'node:fs'
const { GANTRY_HOME: home, PORT: port, GANTRY_SAMPLE: sample = 'on', DATABASE_URL: database = 'embedded' } = process.env
mkdirSync(home, { recursive: true })
const say = line => appendFileSync(home + '/said', line + '\\n')
if (database === 'postgres://broken') process.exit(3)
const http = createServer((request, response) => {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ url: 'http://signed-in/' + request.headers.authorization }))
})
http.listen(0, '127.0.0.1', () => {
  say([port, sample, database].join(' '))
  writeFileSync(home + '/url', 'http://127.0.0.1:' + http.address().port)
  writeFileSync(home + '/cli-token', 'token')
})
let signals = 0
process.on('SIGINT', () => {
  say('SIGINT')
  if (++signals > (process.env.STUBBORN ? 1 : 0)) process.exit(process.env.STUBBORN ? 1 : 0)
})
`

function checkout(): string {
  const root = tempFolder()
  write(root, {
    'apps/server/src/main.ts': server,
    'apps/cli/src/main.ts': '',
    'apps/dashboard/index.html': 'source',
    'apps/dashboard/src/app.tsx': 'source',
    'apps/dashboard/dist/index.html': 'built',
  })
  return root
}

function write(root: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
}

const touched = (path: string, seconds: number) => utimesSync(path, seconds, seconds)

describe('the dashboard', () => {
  it('is stale when it was never built, or when a source is newer', async () => {
    const root = checkout()
    const parts = checkoutAround(join(root, 'apps/cli/src/main.ts'))
    const later = Date.now() / 1000 + 60
    touched(join(root, 'apps/dashboard/dist/index.html'), later)
    expect(await isStale(parts)).toBe(false)
    touched(join(root, 'apps/dashboard/src/app.tsx'), later + 60)
    expect(await isStale(parts)).toBe(true)
    expect(await isStale({ ...parts, dashboard: tempFolder() })).toBe(true)
  })

  it('is built by its own Vite, whose words are kept when it fails', async () => {
    const root = checkout()
    const parts = checkoutAround(join(root, 'apps/cli/src/main.ts'))
    expect(await buildDashboard(parts, process.env)).toContain('expected Vite at')
    write(root, { 'apps/dashboard/node_modules/vite/bin/vite.js': "console.error('no entry'); process.exitCode = 1" })
    expect(await buildDashboard(parts, process.env)).toBe('no entry')
    write(root, { 'apps/dashboard/node_modules/vite/bin/vite.js': '' })
    expect(await buildDashboard(parts, process.env)).toBeNull()
  })

  it('is looked for upwards; a command without a server says so', () => {
    expect(() => checkoutAround('/nowhere/dist/main.mjs')).toThrow('expected the server beside this command')
  })
})

describe('gantry up', () => {
  const root = checkout()
  const main = join(root, 'apps/cli/src/main.ts')
  touched(join(root, 'apps/dashboard/dist/index.html'), 1)

  async function started(argv: string[], env: Record<string, string> = {}) {
    const cwd = tempFolder()
    const host = testHost({ main, cwd, env })
    const ended = runProgram(['up', ...argv], host)
    let isOver = false
    void ended.then(() => (isOver = true))
    await expect.poll(() => isOver || host.out().includes('\n')).toBe(true)
    return {
      host,
      ended,
      said: async () => (await import('node:fs/promises')).readFile(join(cwd, '.gantry/said'), 'utf8'),
    }
  }

  it('hands the options on, says when it is ready, and passes one Ctrl-C on', async () => {
    const argv = ['--json', '--port', '4500', '--no-sample', '--database-url', 'postgres://x']
    const { host, ended, said } = await started(argv)
    expect(JSON.parse(host.out())).toMatchObject({
      url: expect.stringContaining('127.0.0.1'),
      signInUrl: 'http://signed-in/Bearer token',
    })
    host.signal('SIGINT')
    expect(await ended).toBe(0)
    expect(await said()).toBe('4500 off postgres://x\nSIGINT\n')
    expect(host.err()).toContain('the dashboard could not be built; everything else starts')
  })

  it('forces on a second one', async () => {
    const { host, ended, said } = await started(['--json'], { STUBBORN: 'yes' })
    host.signal('SIGINT')
    await expect.poll(said).toContain('SIGINT')
    host.signal('SIGINT')
    expect(await ended).toBe(1)
  })

  it('exits as the server does', async () => {
    const { ended } = await started(['--json', '--database-url', 'postgres://broken'].slice(1))
    expect(await ended).toBe(3)
  })

  it('refuses a port that is none', async () => {
    expect(await runProgram(['up', '--port', '99999'], testHost({ main }))).toBe(2)
  })
})
