import type { Templated, Workflow } from '../file/workflow.ts'

const ranks = ['none', 'read', 'write']

/** What jobs of a called workflow ask for above what their caller has, or nothing: permissions are only ever narrowed. */
export function excessPermission(called: Workflow, granted: Templated | undefined): string | undefined {
  if (granted === undefined) return undefined
  for (const job of called.jobs) {
    const asked = job.permissions ?? called.permissions
    const excess = asked === undefined ? undefined : excessOf(asked, granted)
    if (excess !== undefined) {
      return `expected job ${job.key} of ${called.path} to ask for no more than its caller has, got ${excess}`
    }
  }
  return undefined
}

function excessOf(asked: Templated, granted: Templated): string | undefined {
  if (typeof asked === 'string') return rankOf(asked) > rankOf(granted) ? asked : undefined
  const scopes = typeof asked === 'object' && asked !== null && !Array.isArray(asked) ? Object.entries(asked) : []
  const excess = scopes.find(([scope, level]) => ranks.indexOf(String(level)) > rankOf(granted, scope))
  return excess && `${excess[0]}: ${String(excess[1])} where ${ranks[rankOf(granted, excess[0])]} is allowed`
}

/** Without a scope, what all scopes have at least. */
function rankOf(permissions: Templated, scope?: string): number {
  if (permissions === 'write-all') return 2
  if (permissions === 'read-all') return 1
  if (scope === undefined || typeof permissions !== 'object' || permissions === null) return 0
  const level = Object.entries(permissions).find(([name]) => name === scope)?.[1]
  return Math.max(0, ranks.indexOf(String(level)))
}
