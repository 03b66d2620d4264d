import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tempFolder, typed } from '../testing/test-host.ts'

const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', '-c', 'commit.gpgsign=false', ...args], {
    cwd,
    stdio: 'pipe',
  })

function write(top: string, files: Record<string, unknown>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(top, path)), { recursive: true })
    writeFileSync(join(top, path), typeof content === 'string' ? content : JSON.stringify(content))
  }
}

const least = {
  'package.json': { name: 'shop', private: true, scripts: { test: 'node --test' } },
  'pnpm-workspace.yaml': 'packages: [apps/*]\n',
  'pnpm-lock.yaml': "lockfileVersion: '9.0'\n",
  'apps/api/package.json': { name: 'api', dependencies: { fastify: '5' }, scripts: { start: 'node main.js' } },
  'apps/api/main.js': 'console.log(process.env.PAY_KEY)\n',
  'README.md': '# Shop\n',
}

/** A repository with these files, committed. */
function repository(files: Record<string, unknown> = {}): string {
  const top = tempFolder()
  write(top, { ...least, ...files })
  git(top, 'init', '--quiet', '--initial-branch', 'main')
  git(top, 'remote', 'add', 'origin', 'git@github.com:acme/shop.git')
  git(top, 'add', '--all')
  git(top, 'commit', '--quiet', '-m', 'begin')
  return top
}

const changed = (top: string) => git(top, 'status', '--porcelain', '-uall').toString().split('\n').filter(Boolean)
const read = (top: string, path: string) => readFileSync(join(top, path), 'utf8')

describe('writing', () => {
  it('makes every file once, and nothing the second time', async () => {
    const top = repository()
    const first = await typed(['init', '--yes'], { cwd: top })
    expect(first).toMatchObject({ code: 0, err: '' })
    expect(changed(top)).toEqual([
      ' M README.md',
      '?? .env.example',
      '?? .github/pull_request_template.md',
      '?? .github/workflows/ci.yml',
      '?? .github/workflows/deploy.yml',
      '?? .github/workflows/preview.yml',
      '?? .github/workflows/rollback.yml',
      '?? docs/qa/checklist.md',
      '?? docs/runbooks/deployment.md',
      '?? docs/runbooks/incident-response.md',
      '?? docs/runbooks/rollback.md',
      '?? gantry.config.ts',
    ])
    expect(first.out).toContain('12 written')
    const second = await typed(['init', '--yes'], { cwd: top })
    expect(second.out).toContain('nothing to write')
  })

  it.each([
    ['a new repository', {}],
    ['one that ignores .env*', { '.gitignore': '.env*\n' }],
    [
      'one with an .env.example of its own',
      { '.env.example': '# @pinia/nuxt\nOTHER=\n', 'apps/api/b.js': 'process.env.OTHER' },
    ],
    [
      'one that is deployed to vendors',
      {
        ...{ 'apps/api/fly.toml': 'app = "shop-api"\n', 'apps/web/vercel.json': '{}', 'apps/web/index.html': '' },
        'apps/web/package.json': { private: true, scripts: { build: 'vite build' }, dependencies: { vite: '7' } },
        'apps/jobs/package.json': { private: true, dependencies: { koa: '3' }, scripts: { start: 'node main.js' } },
        'render.yaml': 'services:\n  - { type: web, name: jobs, rootDir: apps/jobs }\n',
        'supabase/migrations/20260101000000_items.sql': 'create table items ();',
      },
    ],
    ['a library', { 'apps/api/package.json': { name: 'api', version: '1.0.0', exports: './main.js' } }],
    [
      'a single package',
      { 'package.json': { name: 'shop', scripts: { start: 'node main.js' } }, 'main.js': 'f.listen(1)' },
    ],
  ])('env check, doctor and lint accept what it wrote for %s, from the first minute', async (_, files) => {
    const top = repository(files)
    expect((await typed(['init', '--yes'], { cwd: top })).code).toBe(0)
    const env = await typed(['env', 'check', '--json'], { cwd: top })
    const findings: { severity: string; rule: string }[] = JSON.parse(env.out).findings
    // A name that its people wrote down without a type is theirs to mend.
    expect(findings.filter(({ rule }) => rule !== 'untyped')).toEqual([])
    expect(env.code).toBe(0)
    expect((await typed(['doctor'], { cwd: top })).out).not.toContain('✗')
    expect((await typed(['lint', '--strict'], { cwd: top })).code).toBe(0)
    expect((await typed(['init', '--yes'], { cwd: top })).out).toContain('nothing to write')
  })

  it('shows an .env.example to git that its .gitignore hides', async () => {
    const top = repository({ '.gitignore': 'node_modules\n.env*' })
    await typed(['init', '--yes'], { cwd: top })
    expect(read(top, '.gitignore')).toBe('node_modules\n.env*\n# Names without values are kept.\n!.env.example\n')
    expect(changed(top)).toContain('?? .env.example')
  })

  it('takes the workspace below the top, and the one somebody stands in of several', async () => {
    const moved = (folder: string) =>
      Object.fromEntries(Object.entries(least).map(([path, text]) => [`${folder}/${path}`, text]))
    const top = tempFolder()
    write(top, moved('frontend'))
    git(top, 'init', '--quiet')
    await typed(['init', '--yes'], { cwd: top })
    expect(read(top, '.github/workflows/ci.yml')).toContain('working-directory: frontend')
    expect(read(top, 'gantry.config.ts')).toContain("path: 'frontend/apps/api'")
    expect((await typed(['doctor'], { cwd: top })).out).not.toContain('✗')
    write(top, moved('admin'))
    expect((await typed(['init', '--dry-run'], { cwd: top })).err).toContain('expected a package.json at the top')
    const own = await typed(['init', '--dry-run'], { cwd: join(top, 'admin/apps') })
    expect(own.out).toContain('working-directory: admin')
  })

  it('works from a folder below the top', async () => {
    const top = repository()
    await typed(['init', '--yes'], { cwd: join(top, 'apps/api') })
    expect(existsSync(join(top, '.github/workflows/ci.yml'))).toBe(true)
    expect(existsSync(join(top, 'apps/api/.github'))).toBe(false)
  })

  it('leaves what people wrote, and what they edited unless it is forced', async () => {
    const top = repository({ '.github/workflows/ci.yml': 'name: mine\n', '.env.example': 'OTHER=\n' })
    const { out } = await typed(['init', '--yes'], { cwd: top })
    expect(out).toMatch(/ci\.yml +left: you wrote it/)
    expect(out).toContain('to merge: `mv .github/workflows/ci.yml')
    expect(read(top, '.env.example')).toMatch(/^OTHER=\n\n# gantry:names [\s\S]*\nPAY_KEY=\n/)
    expect(read(top, '.github/workflows/ci.yml')).toBe('name: mine\n')
    const edited = `${read(top, 'docs/qa/checklist.md')}- [ ] Our own line\n`
    writeFileSync(join(top, 'docs/qa/checklist.md'), edited)
    const again = await typed(['init', '--yes'], { cwd: top })
    expect(again.out).toMatch(/checklist\.md +left: you edited it/)
    expect(read(top, 'docs/qa/checklist.md')).toBe(edited)
    await typed(['init', '--yes', '--force'], { cwd: top })
    expect(read(top, 'docs/qa/checklist.md')).not.toContain('Our own line')
    expect(read(top, '.github/workflows/ci.yml')).toBe('name: mine\n')
  })

  it('follows the repository: a new package changes the files that are still its own', async () => {
    const top = repository()
    await typed(['init', '--yes'], { cwd: top })
    write(top, {
      'apps/web/package.json': { name: 'web', dependencies: { next: '16' }, scripts: { build: 'next build' } },
    })
    const { out } = await typed(['init', '--yes'], { cwd: top })
    expect(out).toMatch(/gantry\.config\.ts +changed/)
    expect(read(top, 'gantry.config.ts')).toContain("path: 'apps/web'")
  })

  it('never writes through a link, or out of the repository', async () => {
    const outside = tempFolder()
    const top = repository()
    symlinkSync(outside, join(top, 'docs'))
    symlinkSync(join(outside, 'env'), join(top, '.env.example'))
    const { out } = await typed(['init', '--yes'], { cwd: top })
    expect(out).toContain('left: it is a symbolic link')
    expect(out).toContain('left: its folder leads out of the repository')
    expect(existsSync(join(outside, 'env'))).toBe(false)
    expect(existsSync(join(outside, 'qa'))).toBe(false)
  })
})

describe('asking', () => {
  it('writes after a yes, and nothing after anything else', async () => {
    const top = repository()
    const no = await typed(['init'], { cwd: top, answers: ['no'] })
    expect(no).toMatchObject({ code: 0, asked: ['\nWrite 12 files? [y/N] '] })
    expect(changed(top)).toEqual([])
    await typed(['init'], { cwd: top, answers: ['y'] })
    expect(changed(top)).toHaveLength(12)
  })

  it('without anybody to ask wants --yes', async () => {
    const top = repository()
    const { code, err } = await typed(['init'], { cwd: top })
    expect(code).toBe(2)
    expect(err).toContain('expected --yes or --dry-run')
    expect(changed(top)).toEqual([])
  })
})

describe('--dry-run', () => {
  it('prints a diff that git can apply to the same end, and writes nothing', async () => {
    const top = repository()
    const { code, out } = await typed(['init', '--dry-run'], { cwd: top })
    expect(code).toBe(0)
    expect(changed(top)).toEqual([])
    writeFileSync(join(top, '../plan.patch'), out)
    git(top, 'apply', '../plan.patch')
    rmSync(join(top, '../plan.patch'))
    const { out: after } = await typed(['init', '--yes'], { cwd: top })
    expect(after).toContain('nothing to write')
  })

  it('with --json answers one object', async () => {
    const { out } = await typed(['init', '--dry-run', '--json'], { cwd: repository() })
    const answer = JSON.parse(out)
    expect(answer.repository).toMatchObject({ name: 'shop', packages: [{ dir: 'apps/api', framework: 'Fastify' }] })
    expect(answer.tasks).toMatchObject([{ name: 'test' }])
    expect(answer.files).toContainEqual({ path: '.github/workflows/ci.yml', action: 'new' })
    expect(answer.leftOut.map(({ what }: { what: string }) => what)).toContain('lint')
  })
})

describe('--try', () => {
  const files = (lint: string) => ({
    'package.json': { name: 'shop', private: true, scripts: { lint, test: 'node -e 0' } },
    'pnpm-workspace.yaml': 'packages: [apps/*]\nallowBuilds: {}\n',
    'apps/api/package.json': { name: 'api', scripts: {} },
    'pnpm-lock.yaml': "lockfileVersion: '9.0'\n\nimporters:\n\n  .: {}\n\n  apps/api: {}\n",
  })

  it('runs every task in a copy and reports each', async () => {
    const top = repository(files('node -e 0'))
    const { code, out, err } = await typed(['init', '--dry-run', '--try', '--json'], { cwd: top })
    const { tried } = JSON.parse(out)
    expect(
      tried.map(({ step, result }: { step: string; result: string }) => [step, result]),
      err,
    ).toEqual([
      ['Install packages', 'success'],
      ['Lint', 'success'],
      ['Test', 'success'],
    ])
    expect(code).toBe(0)
    expect(changed(top)).toEqual([])
  })

  it('goes on after one that fails, shows what it said, and exits 1', async () => {
    const top = repository(files(`node -e "console.log('three faults'); process.exit(1)"`))
    const { code, out } = await typed(['init', '--dry-run', '--try'], { cwd: top })
    expect(code).toBe(1)
    expect(out).toMatch(/Lint +failed/)
    expect(out).toMatch(/Test +passed/)
    expect(out).toContain('three faults')
  })

  it('finds a lint that repairs what it should judge', async () => {
    const top = repository(files(`node -e "require('fs').appendFileSync('README.md', 'x')"`))
    const { code, out } = await typed(['init', '--dry-run', '--try'], { cwd: top })
    expect(code).toBe(1)
    expect(out).toMatch(/Lint +failed/)
    expect(changed(top)).toEqual([])
  })
})

describe('what it refuses', () => {
  it.each([
    ['no package.json', { 'package.json': undefined }, 'expected a package.json at the top'],
    ['broken JSON', { 'package.json': '{ "name"' }, 'package.json: expected JSON'],
    [
      'npm',
      { 'pnpm-lock.yaml': undefined, 'pnpm-workspace.yaml': undefined, 'package-lock.json': '{}' },
      'got one of npm',
    ],
    ['yarn', { 'package.json': { packageManager: 'yarn@4.1.0' } }, 'got one of yarn'],
  ])('%s, with exit code 2 and a way on', async (_, files, message) => {
    const top = repository()
    for (const [path, content] of Object.entries(files)) {
      if (content === undefined) rmSync(join(top, path))
      else write(top, { [path]: content })
    }
    const before = changed(top)
    const { code, err } = await typed(['init', '--yes'], { cwd: top })
    expect(code).toBe(2)
    expect(err).toContain(message)
    expect(changed(top)).toEqual(before)
  })

  it('--try without git', async () => {
    const top = tempFolder()
    write(top, least)
    const { code, err } = await typed(['init', '--try', '--yes'], { cwd: top })
    expect(code).toBe(2)
    expect(err).toContain('expected a git repository')
  })
})

describe('odd repositories', () => {
  it('without git are read as folders, and say what is missing', async () => {
    const top = tempFolder()
    write(top, { ...least, 'node_modules/x/package.json': '{}' })
    const { code, out } = await typed(['init', '--yes'], { cwd: top })
    expect(code).toBe(0)
    expect(out).toContain('this is no git repository')
    expect(existsSync(join(top, '.github/workflows/ci.yml'))).toBe(true)
  })

  it('with links in a circle end', async () => {
    const top = tempFolder()
    write(top, least)
    symlinkSync('..', join(top, 'apps/up'))
    symlinkSync('loop', join(top, 'apps/loop'))
    symlinkSync('self.ts', join(top, 'apps/self.ts'))
    expect((await typed(['init', '--dry-run'], { cwd: top })).code).toBe(0)
    git(top, 'init', '--quiet')
    git(top, 'add', '--all')
    expect((await typed(['init', '--dry-run'], { cwd: top })).code).toBe(0)
  })

  it('may have 2,000 packages', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 2_000 }, (_, n) => [
        `apps/p${n}/package.json`,
        { name: `p${n}`, scripts: { test: 'vitest' } },
      ]),
    )
    const top = repository(many)
    const { code, out } = await typed(['init', '--dry-run', '--json'], { cwd: top })
    expect(code).toBe(0)
    expect(JSON.parse(out).repository.packages).toHaveLength(2_001)
  })

  it('with globs that match nothing are single packages', async () => {
    const top = repository({ 'pnpm-workspace.yaml': 'packages: [nowhere/*]\n' })
    const { code, err } = await typed(['init', '--dry-run'], { cwd: top })
    expect(code).toBe(0)
    expect(err).toContain('"nowhere/*" matches no package')
  })
})
