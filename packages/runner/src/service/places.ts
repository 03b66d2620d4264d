import { mkdir } from 'node:fs/promises'
import { arch, platform, release } from 'node:os'
import { join } from 'node:path'
import { GantryError, type GivenJob, type Sandbox } from '@gantry/core'
import { createLimiter } from '../limits/limiter.ts'
import { findSandbox } from '../sandbox/find-sandbox.ts'
import { gitSource } from '../source/git-source.ts'
import { artifactsOverHttp } from './artifacts-over-http.ts'
import type { JobPlace } from './execute-job.ts'
import { fetchedSource } from './fetched-source.ts'
import { writeOwnCommands } from './own-commands.ts'
import type { RunnerHearer } from './runner-hearer.ts'
import type { RunnerSettings } from './runner-settings.ts'
import type { ServerClient } from './server-client.ts'

/** Where on this machine jobs are executed. */
export interface Places {
  /** The system, and how jobs are shut in, for people. */
  about: string
  of(given: GivenJob): Promise<Pick<JobPlace, 'folders' | 'env' | 'sandbox' | 'limiter' | 'source' | 'artifacts'>>
}

/** @throws GantryError SANDBOX_MISSING when one is required and cannot be had */
export async function openPlaces(
  settings: RunnerSettings,
  client: ServerClient,
  { say }: Pick<RunnerHearer, 'say'>,
): Promise<Places> {
  const { folders } = settings
  const commands = await writeOwnCommands(folders.commands, folders.tools, settings.gantryMain)
  const boxes = new Map<string, Promise<Sandbox | undefined>>()
  const boxOf = (project: string) => {
    const known = boxes.get(project) ?? sandboxFor(settings, project)
    boxes.set(project, known)
    return known
  }
  const sandbox = await boxOf('')
  const shut = sandbox?.kind ?? 'no sandbox: jobs see what this account sees'
  if (sandbox === undefined) say(`note: jobs run without a sandbox and see what this account sees`)
  const limiter = createLimiter(settings.limits)
  const fetching = new Map<string, Promise<unknown>>()
  return {
    about: `${platform()} ${release()} ${arch()}; ${shut}; ${limiter.about}`,
    async of({ id, project }) {
      const { repositories } = folders
      const path = repositoryOf(settings, project)
      const source =
        repositories.of === 'server' ? gitSource(path) : fetchedSource({ client, id, project, path, fetching })
      const places = { ...folders, cache: join(folders.cache, project), commands }
      const artifacts = artifactsOverHttp(client, id, join(folders.spool, `artifacts-${id}`))
      return { folders: places, env: settings.env, limiter, sandbox: await boxOf(project), source, artifacts }
    },
  }
}

const repositoryOf = ({ folders: { repositories } }: RunnerSettings, project: string): string =>
  repositories.of === 'server'
    ? join(repositories.root, project, 'repository.git')
    : join(repositories.root, `${project}.git`)

/** Of other projects nothing is to be seen, not even their commits. */
async function sandboxFor(settings: RunnerSettings, project: string): Promise<Sandbox | undefined> {
  const { sandbox: wanted, walls, folders } = settings
  if (wanted === 'off') return undefined
  const cache = project === '' ? [] : [join(folders.cache, project)]
  const downloads = cache.map(folder => join(folder, 'downloads'))
  const repository = project === '' ? [] : [repositoryOf(settings, project)]
  await Promise.all([folders.tools, ...downloads].map(folder => mkdir(folder, { recursive: true })))
  const found = await findSandbox({
    ...walls,
    shown: [...walls.shown, folders.tools, folders.commands, ...cache, ...repository],
    changeable: [...walls.changeable, ...downloads],
  })
  if ('open' in found) return found
  if (wanted === 'required')
    throw new GantryError('SANDBOX_MISSING', `expected a sandbox for jobs, got ${found.missing}`)
  return undefined
}
