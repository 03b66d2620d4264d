import { createHash } from 'node:crypto'
import { chmod, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { GantryError } from '@gantry/core/errors'
import { faultOfValueName, valueName } from '@gantry/core/secret'
import type { Host } from '../host.ts'

/** What a person keeps for runs on this machine, outside of any repository. */
export interface KeptValues {
  /** Which repository they are for, to find it again in the folder. */
  repository: string
  /** By environment; `''` is the whole repository. */
  secrets: Record<string, Record<string, string>>
  variables: Record<string, Record<string, string>>
}

export interface KeptPlace {
  kind: 'secrets' | 'variables'
  environment: string | null
  name: string
}

/** @param remote of `origin`; without one the folder itself says which repository it is */
export async function readKept(host: Host, remote: string, top: string): Promise<KeptValues> {
  const { repository, path } = fileOf(host, remote, top)
  const text = await readFile(path, 'utf8').catch(cause => {
    if (cause.code === 'ENOENT') return null
    throw cause
  })
  if (text === null) return { repository, secrets: {}, variables: {} }
  const { mode } = await stat(path)
  if ((mode & 0o077) !== 0 && process.platform !== 'win32')
    throw new GantryError('FORBIDDEN', `others can read ${path}, which holds secrets: chmod 600 it, and replace them`)
  return parsed(text, repository, path)
}

/** The name as it is kept. @throws GantryError VALUE_NAME_WRONG */
export async function keepValue(
  host: Host,
  { remote, top }: { remote: string; top: string },
  { kind, environment, name: typed }: KeptPlace,
  value: string,
): Promise<string> {
  const name = valueName(typed)
  const fault = faultOfValueName(name)
  if (fault) throw new GantryError('VALUE_NAME_WRONG', `expected ${fault}`)
  const kept = await readKept(host, remote, top)
  const scope = environment ?? ''
  await write(host, remote, top, {
    ...kept,
    [kind]: { ...kept[kind], [scope]: { ...kept[kind][scope], [name]: value } },
  })
  return name
}

/** False when there is none. */
export async function forgetValue(
  host: Host,
  { remote, top }: { remote: string; top: string },
  { kind, environment, name: typed }: KeptPlace,
): Promise<boolean> {
  const name = valueName(typed)
  const kept = await readKept(host, remote, top)
  const scope = environment ?? ''
  const { [name]: removed, ...rest } = kept[kind][scope] ?? {}
  if (removed === undefined) return false
  await write(host, remote, top, { ...kept, [kind]: { ...kept[kind], [scope]: rest } })
  return true
}

async function write(host: Host, remote: string, top: string, kept: KeptValues): Promise<void> {
  const { path, folder } = fileOf(host, remote, top)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chmod(folder, 0o700)
  const part = `${path}.${process.pid}`
  await writeFile(part, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600 })
  await rename(part, path)
}

function fileOf({ env }: Host, remote: string, top: string): { repository: string; folder: string; path: string } {
  const repository = remote === '' ? top : withoutForm(remote)
  const folder = join(env['XDG_CONFIG_HOME'] || join(env['HOME'] || homedir(), '.config'), 'gantry', 'values')
  const id = createHash('sha256').update(repository).digest('hex').slice(0, 16)
  const name =
    repository
      .split('/')
      .at(-1)
      ?.replace(/[^\w.-]/g, '-') || 'repository'
  return { repository, folder, path: join(folder, `${name}-${id}.json`) }
}

/** `git@host:a/b.git`, `https://user@host/a/b` and `ssh://git@host/a/b` are one repository. */
const withoutForm = (remote: string): string =>
  remote
    .replace(/^\w+:\/\//, '')
    .replace(/^[^@/]*@/, '')
    .replace(/^([^/:]+):(?!\d+\/)/, '$1/')
    .replace(/(\.git)?\/?$/, '')

function parsed(text: string, repository: string, path: string): KeptValues {
  try {
    const { secrets, variables } = JSON.parse(text)
    return { repository, secrets: scopesOf(secrets), variables: scopesOf(variables) }
  } catch (cause) {
    throw new GantryError('BAD_REQUEST', `${path} cannot be read: expected what gantry wrote there`, {}, { cause })
  }
}

function scopesOf(value: unknown): Record<string, Record<string, string>> {
  if (typeof value !== 'object' || value === null) throw new TypeError('expected an object')
  return Object.fromEntries(Object.entries(value).map(([scope, values]) => [scope, textsOf(values)]))
}

function textsOf(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) throw new TypeError('expected an object')
  return Object.fromEntries(
    Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  )
}
