import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import { type CommandEnd, runCommand } from '../../run-command.ts'
import type { FlyWork } from '../fly-work.ts'
import type { ImageParts } from './image-parts.ts'
import { registryHost } from './registry.ts'

export type Builder = 'docker' | 'fly'

export interface Built extends CommandEnd {
  /** Where the builder says it. */
  digest?: string
}

/** Null where there is none. Without a Dockerfile only Fly's builder knows what to do. */
export async function chooseBuilder(work: FlyWork, { dockerfile }: ImageParts): Promise<Builder | null> {
  const works = async (...program: string[]) => (await run(work, program)).fault === null
  if (work.settings.build !== 'auto') return work.settings.build
  if (dockerfile !== null && (await works('docker', 'buildx', 'version'))) return 'docker'
  return (await works('flyctl', 'version')) ? 'fly' : null
}

const Metadata = z.looseObject({ 'containerimage.digest': z.string().optional() })

export async function byDocker(work: FlyWork, { toml, folder, dockerfile }: ImageParts, label: string): Promise<Built> {
  const login = await run(work, ['docker', 'login', registryHost, '--username', 'x', '--password-stdin'], 'token')
  if (login.fault !== null) return login
  const kept = await mkdtemp(join(tmpdir(), 'gantry-image-'))
  try {
    const metadata = join(kept, 'metadata.json')
    const target = toml.build?.['build-target']
    const ran = await run(work, [
      ...['docker', 'buildx', 'build', '--push', '--platform', 'linux/amd64', '--provenance=false'],
      ...['--tag', `${registryHost}/${work.app}:${label}`, '--metadata-file', metadata],
      ...['--file', dockerfile ?? join(folder, 'Dockerfile')],
      ...(target === undefined ? [] : ['--target', target]),
      ...Object.entries(toml.build?.args ?? {}).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
      folder,
    ])
    if (ran.fault !== null) return ran
    const said = Metadata.safeParse(JSON.parse(await readFile(metadata, 'utf8')))
    const digest = said.data?.['containerimage.digest']
    return { ...ran, ...(digest !== undefined && { digest }) }
  } finally {
    await rm(kept, { recursive: true, force: true })
  }
}

export const byFly = (work: FlyWork, { configFile, folder, dockerfile }: ImageParts, label: string): Promise<Built> =>
  run(work, [
    ...['flyctl', 'deploy', folder, '--build-only', '--push', '--remote-only'],
    ...['--app', work.app, '--config', configFile, '--image-label', label],
    ...(dockerfile === null ? [] : ['--dockerfile', dockerfile]),
  ])

const graceMs = 10_000

/** A program of the job's machine, with the job's variables; `token` hands it the token of Fly where it reads a password. */
function run({ context, token, facts }: FlyWork, program: string[], input?: 'token'): Promise<CommandEnd> {
  const line = program.map(quoted).join(' ')
  return runCommand({
    command: input === 'token' ? `printf %s "$FLY_API_TOKEN" | ${line}` : line,
    cwd: context.cwd,
    env: { ...context.env, FLY_API_TOKEN: token },
    signal: context.signal,
    graceMs,
    onLine: text => context.log(`${facts.service}: ${text}`),
  })
}

/** One word of a line for `sh`, whatever is in it. */
const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`
