import type { RepositoryFacts } from './repository.ts'
import { sortServices } from './services.ts'

/** Why there is no config, no deployment and no runbook, and what would bring them. */
export function nothingDeployed(facts: RepositoryFacts): { reason: string; remedy: string } {
  const unsure = sortServices(facts).unsure.map(({ service: { name }, why }) => `${name} (${why})`)
  return {
    reason: `nothing here is deployed for certain${unsure.length === 0 ? ': no package is started, built as a page or named by a host' : `: ${unsure.slice(0, 5).join('; ')}`}`,
    remedy: 'add a "start" script to the package that is deployed and run `gantry init` again',
  }
}
