import { isPreview } from '@gantry/core'
import { durationMs } from '@gantry/core/config'
import type { ServiceFacts } from '../define-provider.ts'
import type { StepContext } from '../step-context.ts'
import { openVercel } from './open-vercel.ts'
import type { VercelSettings } from './settings.ts'
import type { OwnMeta, VercelApi } from './vercel-api.ts'
import { targetIn } from './vercel-vendor.ts'

export type VercelFacts = ServiceFacts<VercelSettings>

/** What the acts of one step share. */
export interface VercelScene {
  api: VercelApi
  facts: VercelFacts
  context: StepContext
  /** The domain that leads to this environment's deployment; null where it is production of the project, and in a preview. */
  alias: string | null
  /** Of a pull request: nobody is led there but by the deployment's own address, which never changes. */
  isPreview: boolean
  timeoutMs: number
}

export function vercelScene(facts: VercelFacts, context: StepContext): VercelScene {
  const { settings, environment } = facts
  return {
    api: openVercel(context, targetIn(settings, environment, context.env)),
    facts,
    context,
    alias: settings.aliases[environment] ?? null,
    isPreview: isPreview(environment),
    timeoutMs: durationMs(settings.timeout),
  }
}

export const ownMeta = ({ facts }: Pick<VercelScene, 'facts'>): Omit<OwnMeta, 'gantryAttempt'> => ({
  gantryProject: facts.project,
  gantryEnvironment: facts.environment,
  gantryService: facts.service,
  gantryRelease: facts.release.id,
})

/** The ids of the steps whose answers later steps read. */
export const stepIds = (service: string) => ({
  check: `${service}.check`,
  stage: `${service}.stage`,
  probe: `${service}.probe`,
  find: `${service}.find`,
  switch: `${service}.promote`,
  remove: `${service}.remove`,
})
