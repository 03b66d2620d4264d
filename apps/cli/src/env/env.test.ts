import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { tempFolder, typed } from '../testing/test-host.ts'

function repository(files: Record<string, string>) {
  const top = tempFolder()
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], { cwd: top })
  git('init', '--quiet', '--initial-branch=main')
  git('remote', 'add', 'origin', 'git@github.com:acme/shop.git')
  write(top, { '.gitignore': '.env.staging\n.env.production\nnode_modules\n', ...files })
  git('add', '--all')
  git('commit', '--quiet', '--message', 'First commit')
  return top
}

function write(top: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(top, name)), { recursive: true })
    writeFileSync(join(top, name), text)
  }
}

const example = '# Key of the payments\n# @type=string @sensitive @required @in=staging,production\nPAY_KEY=\n'
const code = 'export const key = process.env.PAY_KEY\n'

describe('gantry env check', () => {
  it('is content where everything fits', async () => {
    const cwd = repository({ '.env.example': example, 'src/a.ts': code })
    const { code: exit, out } = await typed(['env', 'check'], { cwd })
    expect(out).toBe('.env.example: nothing is missing, shared or leaked\n')
    expect(exit).toBe(0)
  })

  it('compares files that git ignores, and prints no value', async () => {
    const cwd = repository({ '.env.example': example, 'src/a.ts': code })
    const secret = 'very-secret-value-4242'
    write(cwd, { '.env.staging': `PAY_KEY=${secret}\nEXTRA=1\n`, '.env.production': `PAY_KEY="${secret}"\n` })
    const { code: exit, out, err } = await typed(['env', '--json'], { cwd })
    expect(exit).toBe(1)
    expect(JSON.parse(out).findings.map(({ rule }: { rule: string }) => rule)).toEqual(['shared-secret', 'unknown'])
    expect(out + err).not.toContain(secret)
  })

  it('knows what the adapters of the config read, by default and by the name that was given', async () => {
    const config = `import { defineConfig, env, local, pagerduty, slack } from '@gantry/config'
export default defineConfig({
  project: 'shop',
  services: { api: { path: '.', deploy: local({ kind: 'node', entry: 'a.js', env: { KEY: env('PAY_KEY') } }) } },
  environments: { staging: { on: 'main' } },
  routes: [
    { to: [pagerduty()] },
    { to: [slack('#dev', { webhookUrlEnv: 'DEV_HOOK' })] },
  ],
})
`
    const declared = `${example}\n# a stand-in\n# @type=url\nPAGERDUTY_URL=\n`.replace(
      'staging,production',
      'production',
    )
    const cwd = repository({ '.env.example': declared, 'gantry.config.ts': config })
    const { out } = await typed(['env', '--json', '--no-leaks'], { cwd })
    expect(JSON.parse(out).findings).toMatchObject([
      { rule: 'undeclared', message: expect.stringContaining('DEV_HOOK is read here'), line: 8 },
      { rule: 'undeclared', message: expect.stringContaining('PAGERDUTY_ROUTING_KEY is read here'), line: 7 },
    ])
  })

  it('finds tokens and keys in tracked files, and masks them', async () => {
    const token = ['xoxb', '123456789012', '1234567890123', 'AbCdEfGhIjKlMnOpQrStUvWx'].join('-')
    const cwd = repository({ '.env.example': example, 'src/a.ts': code, 'docs/notes.md': `# Notes\n\n${token}\n` })
    const { code: exit, out } = await typed(['env', '--json'], { cwd })
    expect(exit).toBe(1)
    expect(JSON.parse(out).findings).toMatchObject([{ rule: 'leaked-secret', path: 'docs/notes.md', line: 3 }])
    expect(out).not.toContain(token)
    expect((await typed(['env', '--no-leaks'], { cwd })).code).toBe(0)
  })

  it.each([
    ['postgres://[USERNAME]:[PASSWORD]@db.acme.com:5432/shop', []],
    ['mysql://<user>:<password>@db.acme.com/shop', []],
    ['https://ada:lovelace1815@example.org/', []],
    ['postgres://ada:lovelace1815@db:5432/shop', []],
    ['postgres://ada:lovelace1815@db.acme.com:5432/shop', ['error']],
  ])('tells a real address from an example: %s', async (address, expected) => {
    const cwd = repository({ '.env.example': example, 'src/a.ts': code, 'docs/a.txt': `${address}\n` })
    const { out } = await typed(['env', '--json'], { cwd })
    expect(JSON.parse(out).findings.map(({ severity }: { severity: string }) => severity)).toEqual(expected)
  })

  it('takes addresses and keys in tests as made up, and only asks about tokens there', async () => {
    const token = ['xoxb', '123456789012', '1234567890123', 'AbCdEfGhIjKlMnOpQrStUvWx'].join('-')
    const address = 'postgres://ada:lovelace1815@db.acme.com:5432/shop'
    const cwd = repository({
      '.env.example': example,
      'src/a.ts': code,
      'src/a.test.ts': `// ${address}\n// ${token}\n`,
    })
    const { code: exit, out } = await typed(['env', '--json'], { cwd })
    expect(exit).toBe(0)
    expect(JSON.parse(out).findings).toMatchObject([{ rule: 'leaked-secret', severity: 'warning', line: 2 }])
  })

  it('finds a tracked .env with a secret, and lets an example and public values be', async () => {
    const cwd = repository({
      ...{ '.env.example': example, 'src/a.ts': code },
      '.env.production.example': 'PAY_KEY=sk_live_4242424242\n',
      '.env.development': 'VITE_API_URL=http://localhost:3000\nDATABASE_URL=postgres://a:b@localhost:5432/x\n',
      'apps/api/.env': 'PAY_KEY=4242-4242\n',
    })
    const { out } = await typed(['env', '--json', '--no-leaks'], { cwd })
    expect(JSON.parse(out).findings.map(({ message }: { message: string }) => message)).toEqual([
      'apps/api/.env is tracked by git and holds PAY_KEY',
    ])
  })

  it('checks an .env.example that git ignores, and says that nobody else gets it', async () => {
    const cwd = repository({ 'src/a.ts': code, '.gitignore': '.env*\n' })
    write(cwd, { '.env.example': example })
    const { code: exit, out } = await typed(['env', '--json'], { cwd })
    expect(exit).toBe(0)
    expect(JSON.parse(out).findings).toMatchObject([
      { rule: 'example-hidden', severity: 'warning', path: '.env.example' },
    ])
  })

  it('lets each .env.example answer for its folder', async () => {
    const cwd = repository({
      '.env.example': example,
      'src/a.ts': code,
      'apps/web/.env.example': '# Address\n# @type=url\nWEB_URL=\n',
      'apps/web/src/b.ts': 'process.env.WEB_URL; process.env.PAY_KEY\n',
      'apps/web/src/b.test.ts': 'process.env.ONLY_IN_TESTS\n',
    })
    const { out } = await typed(['env', '--json'], { cwd })
    expect(JSON.parse(out).findings).toMatchObject([{ rule: 'undeclared', path: 'apps/web/src/b.ts' }])
  })

  it('survives links that lead nowhere, folders of other repositories, and bytes that are no text', async () => {
    const cwd = repository({ '.env.example': example, 'src/a.ts': code, 'src/b.ts': 'process.env.A\0' })
    execFileSync('ln', ['-s', 'nowhere', join(cwd, 'src/gone.ts')])
    execFileSync('ln', ['-s', '.', join(cwd, 'src/loop.ts')])
    execFileSync('git', ['add', '--all'], { cwd })
    const { code: exit, out } = await typed(['env', '--json'], { cwd })
    expect(exit).toBe(1)
    expect(JSON.parse(out).findings).toMatchObject([{ rule: 'undeclared', path: 'src/b.ts' }])
  })

  it('says that there is no .env.example', async () => {
    const { code: exit, err } = await typed(['env'], { cwd: repository({ 'a.ts': code }) })
    expect(exit).toBe(2)
    expect(err).toContain('ENV_EXAMPLE_MISSING')
  })
})

describe('names on GitHub', () => {
  const answers: Record<string, unknown> = {
    '/repos/acme/shop/actions/secrets': { secrets: Array.from({ length: 31 }, (_, index) => ({ name: `S${index}` })) },
    '/repos/acme/shop/actions/variables': { variables: [] },
    '/repos/acme/shop/environments/staging/secrets': { secrets: [{ name: 'PAY_KEY' }] },
    '/repos/acme/shop/environments/staging/variables': { variables: [{ name: 'REGION' }] },
  }
  const asked: string[] = []
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://x')
    asked.push(`${request.headers.authorization} ${url.pathname}`)
    if (request.headers.authorization !== 'Bearer good')
      return void response.writeHead(401).end('{"message":"Bad credentials"}')
    const [found] = [answers[url.pathname]] as [Record<string, unknown[]> | undefined]
    if (!found) return void response.writeHead(404).end('{"message":"Not Found"}')
    const from = (Number(url.searchParams.get('page')) - 1) * 30
    const page = Object.fromEntries(Object.entries(found).map(([key, all]) => [key, all.slice(from, from + 30)]))
    response.end(JSON.stringify({ total_count: 0, ...page }))
  })
  const listening = new Promise<string>(done =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      done(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`)
    }),
  )
  afterAll(() => server.close())
  const cwd = repository({ '.env.example': example, 'src/a.ts': code })

  it('are compared page by page; an environment nobody made has none', async () => {
    const env = { GITHUB_TOKEN: 'good', GITHUB_API_URL: await listening }
    const { code: exit, out } = await typed(['env', '--github', '--no-leaks', '--json'], { cwd, env })
    const messages = JSON.parse(out).findings.map(({ message }: { message: string }) => message)
    expect(exit).toBe(1)
    expect(messages).toContain('production (GitHub) has no PAY_KEY, which is required')
    expect(messages).toContain('staging (GitHub) has S30, which is not declared for it')
    expect(messages).not.toContain('staging (GitHub) has no PAY_KEY, which is required')
  })

  it('need a token that GitHub takes', async () => {
    const refused = await typed(['env', '--github'], {
      cwd,
      env: { GITHUB_TOKEN: 'bad', GITHUB_API_URL: await listening },
    })
    expect(refused.code).toBe(3)
    expect(refused.err).toContain('GitHub answered 401')
    const none = await typed(['env', '--github'], { cwd })
    expect(none.code).toBe(2)
    expect(none.err).toContain('expected GITHUB_TOKEN')
    const gone = await typed(['env', '--github'], {
      cwd,
      env: { GITHUB_TOKEN: 'x', GITHUB_API_URL: 'http://127.0.0.1:1' },
    })
    expect(gone.code).toBe(3)
    expect(gone.err).toContain('could not be reached')
  })
})
