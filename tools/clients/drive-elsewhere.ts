import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Client } from './clients.ts'

const run = promisify(execFile)
const timeout = 300_000
const program = (name: string) => join(import.meta.dirname, 'programs', name)

/** A client of another language, run with its language from the folder that packages of Debian were unpacked into. */
export async function driveElsewhere(client: Client, driving: { debian: string; dsn: string }): Promise<string[]> {
  const { debian, dsn } = driving
  const [file, args, env] = await commandOf(client, debian)
  const inherited = { PATH: process.env['PATH'], HOME: process.env['HOME'], SENTRY_DSN: dsn }
  const { stdout } = await run(file, [...args, client.alias], { cwd: debian, timeout, env: { ...inherited, ...env } })
  return stdout.trim().split('\n').at(-1)?.split(',') ?? []
}

type Command = [file: string, args: string[], env: Record<string, string>]

async function commandOf({ by }: Client, root: string): Promise<Command> {
  if (by === 'python')
    return ['python3', [program('python.py')], { PYTHONPATH: join(root, 'usr/lib/python3/dist-packages') }]
  return by === 'go' ? goOf(root) : rubyOf(root, by === 'ruby' ? 'ruby.rb' : 'raven.rb')
}

/** That of the machine, else the one that was unpacked, which has to be told where everything of it lies. */
async function rubyOf(root: string, name: string): Promise<Command> {
  const GEM_PATH = join(root, 'usr/share/rubygems-integration/all')
  if (existsSync('/usr/bin/ruby')) return ['/usr/bin/ruby', [program(name)], { GEM_PATH }]
  const version = (await readdir(join(root, 'usr/lib/ruby'))).find(one => /^\d/.test(one)) ?? ''
  const machine = (await readdir(join(root, 'usr/lib'))).find(one => one.endsWith('-linux-gnu')) ?? ''
  const libraries = ['usr/lib/ruby/vendor_ruby', `usr/lib/ruby/${version}`, `usr/lib/${machine}/ruby/${version}`]
  const env = {
    GEM_PATH,
    LD_LIBRARY_PATH: join(root, 'usr/lib', machine),
    RUBYLIB: libraries.map(path => join(root, path)).join(':'),
  }
  return [join(root, 'usr/bin', `ruby${version.replace(/\.0$/, '')}`), [program(name)], env]
}

async function goOf(root: string): Promise<Command> {
  const own = (await readdir(join(root, 'usr/lib')).catch(() => [])).find(one => /^go-\d/.test(one))
  const go = own === undefined ? 'go' : join(root, 'usr/lib', own, 'bin/go')
  const cache = join(root, '../go-cache')
  await mkdir(cache, { recursive: true })
  const env = { GO111MODULE: 'off', CGO_ENABLED: '0', GOPATH: join(root, 'usr/share/gocode'), GOCACHE: cache }
  const home = own === undefined ? {} : { GOROOT: join(root, 'usr/lib', own) }
  return [go, ['run', program('main.go')], { ...env, ...home }]
}
