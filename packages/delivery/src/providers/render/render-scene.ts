import { isPreview, previewPlace } from '@gantry/core'
import { durationMs, withValues } from '@gantry/core/config'
import type { ServiceFacts } from '../define-provider.ts'
import type { StepContext } from '../step-context.ts'
import { vendorName } from '../unique-name.ts'
import { type Deploy, openRender, type RenderApi, type Wanted } from './render-api.ts'
import type { RenderSettings } from './settings.ts'

export type RenderFacts = ServiceFacts<RenderSettings>

/** What the acts of one step share. */
export interface RenderScene {
  api: RenderApi
  facts: RenderFacts
  context: StepContext
  /** Id or name of the service at Render. */
  serviceAtRender: string
  /** Of a pull request: the service whose settings it has; null elsewhere. */
  previewOf: string | null
  /** What this release is, there. */
  wanted: Wanted
  timeoutMs: number
}

export function renderScene(facts: RenderFacts, context: StepContext): RenderScene {
  const { settings, environment, release } = facts
  const isPulled = isPreview(environment)
  const place = isPulled ? previewPlace : environment
  const filled = (text: string) =>
    filledIn(text, { environment: place, env: context.env }).replaceAll('{commit}', release.sha)
  return {
    api: openRender(context),
    facts,
    context,
    serviceAtRender: isPulled ? vendorName(facts) : filled(serviceIn(environment, settings)),
    previewOf: isPulled ? filled(serviceIn(previewPlace, settings)) : null,
    wanted: settings.image === undefined ? { commitId: release.sha } : { imageUrl: filled(settings.image) },
    timeoutMs: durationMs(settings.timeout),
  }
}

/** @throws Error where the settings name none for this environment */
export function serviceIn(environment: string, { service }: Pick<RenderSettings, 'service'>): string {
  const named = typeof service === 'string' ? service : service[environment]
  if (named !== undefined) return named
  throw new Error(
    `gantry.config.ts names no service of Render for ${environment}: \`service: { ${environment}: '…' }\``,
  )
}

/** A text of the settings with what differs by environment in its place. */
export const filledIn = (
  text: string,
  { environment, env }: { environment: string; env: StepContext['env'] },
): string => withValues(text, env).replaceAll('{environment}', environment)

/** Whether a deploy is of what is wanted. */
export const isOf = ({ commit, image }: Deploy, wanted: Wanted): boolean =>
  'commitId' in wanted ? commit?.id === wanted.commitId : image?.ref === wanted.imageUrl

/** The ids of the steps whose answers later steps read. */
export const stepIds = (service: string) => ({
  check: `${service}.check`,
  deploy: `${service}.deploy`,
  find: `${service}.find`,
  remove: `${service}.remove`,
})
