import type { RunState } from '@gantry/core'
import type { Access } from '../access/access.ts'
import type { ProjectHome } from '../project/project-home.ts'

const tokenLifeMs = 7 * 86_400_000

/** What jobs use to speak to this server. Only commits of a deployed branch get a token that may change anything. */
export function createTokens(parts: { access: Access; project: ProjectHome; url(): string; now(): Date }): {
  forRun(run: RunState): Promise<Record<string, string>>
} {
  return {
    async forRun(run) {
      const { config } = await parts.project.current()
      const branches = Object.values(config?.environments ?? {}).flatMap(({ on }) => (on ? [`refs/heads/${on}`] : []))
      const isTrusted = run.event !== 'pull_request' && branches.includes(run.ref)
      const token = await parts.access.newToken({
        name: `run ${run.workflowName} #${run.number}`,
        personId: null,
        role: isTrusted ? 'release-manager' : 'viewer',
        runId: run.id,
        expiresAt: new Date(parts.now().getTime() + tokenLifeMs).toISOString(),
      })
      return { GANTRY_URL: parts.url(), GANTRY_TOKEN: token }
    },
  }
}
