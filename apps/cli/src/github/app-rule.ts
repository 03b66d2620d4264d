import * as z from 'zod'
import type { Change, Request } from './change.ts'
import type { GitHub } from './github.ts'
import type { WantedEnvironment } from './wanted.ts'

const App = z.looseObject({ id: z.int(), slug: z.string() })
const Rules = z.looseObject({
  custom_deployment_protection_rules: z.array(z.looseObject({ enabled: z.boolean(), app: App })).default([]),
})
const Available = z.looseObject({
  available_custom_deployment_protection_rule_integrations: z.array(App).default([]),
})

/**
 * What has to change so that jobs of an environment are let in by the App of the project. Rules by Apps are for public repositories,
 * and for private ones of an Enterprise: elsewhere GitHub lists none, and the promotion is asked for by the job.
 * @throws GantryError VENDOR_REFUSED
 */
export async function appRuleChanges(github: GitHub, wanted: WantedEnvironment, slug: string): Promise<Change[]> {
  if (!wanted.isJudged) return []
  const path = `/environments/${encodeURIComponent(wanted.name)}/deployment_protection_rules`
  const found = await github.get(path)
  const rules = Rules.parse(found ?? {}).custom_deployment_protection_rules
  if (rules.some(({ enabled, app }) => enabled && app.slug === slug)) return []
  const later = (asked: GitHub) => requestFor(asked, path, slug)
  const known = found === null ? null : await later(github)
  // The environment is there, and GitHub does not offer the App for it.
  if (found !== null && known === null) return []
  return [
    {
      what: `environment ${wanted.name}`,
      now: 'jobs are not held by Gantry',
      wanted: `the App ${slug} lets jobs in${known ? '' : ', where GitHub offers it'}`,
      request: known,
      later,
      undo: { method: 'DELETE', path: `${path}/{id}` },
    },
  ]
}

async function requestFor(github: GitHub, path: string, slug: string): Promise<Request | null> {
  const listed = Available.parse((await github.get(`${path}/apps?per_page=100`)) ?? {})
  const app = listed.available_custom_deployment_protection_rule_integrations.find(each => each.slug === slug)
  return app ? { method: 'POST', path, body: { integration_id: app.id } } : null
}
