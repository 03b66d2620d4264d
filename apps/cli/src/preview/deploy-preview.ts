import { setTimeout as sleep } from 'node:timers/promises'
import { parseConfig } from '@gantry/config'
import { GantryError } from '@gantry/core'
import { Deployment } from '@gantry/core/api'
import { packArtifact } from '@gantry/delivery'
import type { Api } from '../api/api.ts'
import { fieldOf, one } from '../api/read.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { migrationsHere } from '../db/migrations-here.ts'
import { takeBackFirst } from '../deployment/carry-out-in-job.ts'
import { migrationsFolder, uploadArtifacts } from '../deployment/upload-artifacts.ts'
import type { Host } from '../host.ts'
import { gitFacts } from '../local-run/git-facts.ts'

/** The checks of the commit, or what is under way in the preview, end some time; the limit of the job ends the rest. */
const patienceMs = 45 * 60_000
const askAgainMs = 5_000

export interface PreviewToDeploy {
  environment: string
  sha: string | undefined
  host: Host
  say(line: string): void
}

/** Uploads what was built here and deploys it, once the checks of the commit are green. */
export async function deployPreview(
  api: Api,
  { environment, sha: given, host, say }: PreviewToDeploy,
): Promise<Deployment> {
  const sha = given ?? (await gitFacts(host.cwd)).sha
  if (!/^[0-9a-f]{40}$/.test(sha)) throw new CalledWrongly(`expected the whole id of a commit, got "${sha}"`)
  const below = `/previews/${environment}`
  const config = await api.get(`${below}/config?sha=${sha}`, body => parseConfig(fieldOf(body, 'config')))
  const artifacts = await uploadArtifacts(config, { api, pack: packArtifact, cwd: host.cwd, say, below })
  const here = await migrationsHere(host.cwd, await migrationsFolder(config))
  const migrations = (here?.scripts ?? []).map(({ version, name, sql }) => ({ version, name, sql }))
  return patiently({
    ask: () => api.post(below, { sha, artifacts, migrations }, one(Deployment)),
    // What the job of an earlier commit left half made holds the preview, and only a job has the credentials to take it back.
    takeBack: cause => takeBackFirst(api, cause, { host, say }),
    ...{ say, untilMs: performance.now() + patienceMs },
  })
}

interface Patience {
  ask(): Promise<Deployment>
  /** @throws the cause where there is nothing to take back */
  takeBack(cause: unknown): Promise<Deployment>
  say(line: string): void
  untilMs: number
}

async function patiently(patience: Patience, said = ''): Promise<Deployment> {
  const { ask, takeBack, say, untilMs } = patience
  try {
    return await ask()
  } catch (cause) {
    const mayPass = cause instanceof GantryError && (cause.code === 'PREVIEW_WAITS' || cause.code === 'DEPLOY_LOCKED')
    if (!mayPass || performance.now() > untilMs) throw cause
    const isNew = cause.message !== said
    const isFree = await isTakenBack(takeBack, cause)
    if (isNew && !isFree) say(`waits: ${cause.message}`)
    if (!isNew || !isFree) await sleep(askAgainMs)
    return patiently(patience, cause.message)
  }
}

async function isTakenBack(takeBack: Patience['takeBack'], cause: GantryError): Promise<boolean> {
  try {
    await takeBack(cause)
    return true
  } catch (fault) {
    if (fault !== cause) throw fault
    return false
  }
}
