import { setTimeout as sleep } from 'node:timers/promises'
import { parseConfig } from '@gantry/config'
import { GantryError } from '@gantry/core'
import { Deployment } from '@gantry/core/api'
import { packArtifact } from '@gantry/delivery'
import type { Api } from '../api/api.ts'
import { fieldOf, one } from '../api/read.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { migrationsHere } from '../db/migrations-here.ts'
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
  const ask = () => api.post(below, { sha, artifacts, migrations }, one(Deployment))
  return patiently(ask, say, performance.now() + patienceMs)
}

async function patiently<T>(
  ask: () => Promise<T>,
  say: (line: string) => void,
  untilMs: number,
  said = '',
): Promise<T> {
  try {
    return await ask()
  } catch (cause) {
    const mayPass = cause instanceof GantryError && (cause.code === 'PREVIEW_WAITS' || cause.code === 'DEPLOY_LOCKED')
    if (!mayPass || performance.now() > untilMs) throw cause
    if (cause.message !== said) say(`waits: ${cause.message}`)
    await sleep(askAgainMs)
    return patiently(ask, say, untilMs, cause.message)
  }
}
