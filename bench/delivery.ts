import type { Deployment, Line, ReleaseView } from '@gantry/core/api'
import { startGantry, until } from '../tools/running-gantry.ts'
import { startLoad } from './load.ts'
import { type Benchmark, percentile, seconds } from './row.ts'
import { approved, liveIn, patienceMs, pushAgain } from './sample-line.ts'

/** A second release switched in under load, and put back under load. */
export const benchmark: Benchmark = {
  name: 'delivery',
  async measure() {
    const gantry = await startGantry()
    try {
      await liveIn(gantry, 'staging')
      await approved(gantry, 'production')
      const sha = await pushAgain(gantry)
      await until(
        async () => (await gantry.api<Line>('GET', '/api/v1/projects/sitebuilder/line')).promotions,
        open => open.some(({ release, state }) => release === sha && state === 'ready'),
        patienceMs,
        'the second release ready for production',
      )
      const url = (
        await gantry.api<Record<string, string>>('GET', '/api/v1/projects/sitebuilder/environments/production/urls')
      )['BACKEND_URL']
      const load = startLoad({ url: `${url}/api/sites`, connections: 16, limitMs: patienceMs })
      await approved(gantry, 'production')
      const rollback = await gantry.api<Deployment>(
        'POST',
        '/api/v1/projects/sitebuilder/environments/production/rollback',
        {
          reason: 'benchmark',
        },
      )
      const done = await until(
        () => gantry.api<Deployment>('GET', `/api/v1/projects/sitebuilder/deployments/${rollback.id}`),
        ({ state }) => state === 'live' || state === 'failed',
        patienceMs,
        'the rollback',
      )
      const seen = await load.stop()
      const release = await gantry.api<ReleaseView>('GET', `/api/v1/projects/sitebuilder/releases/${sha}`)
      const deployed = release.deployments.find(
        ({ environment, kind }) => environment === 'production' && kind === 'deploy',
      )
      const deployMs = deployed?.liveAt ? Date.parse(deployed.liveAt) - Date.parse(deployed.createdAt) : Number.NaN
      const rollbackMs = done.liveAt ? Date.parse(done.liveAt) - Date.parse(done.createdAt) : Number.NaN
      return [
        {
          what: 'requests while a release is switched in and put back',
          measured: String(seen.answered + seen.failed),
          target: '(the load)',
          isMet: true,
        },
        { what: 'of them failed', measured: String(seen.failed), target: '0', isMet: seen.failed === 0 },
        {
          what: 'answer time under that load, p99',
          measured: `${percentile(seen.latenciesMs, 0.99).toFixed(0)} ms`,
          target: '(none)',
          isMet: true,
        },
        {
          what: 'deployment to production, request to live',
          measured: seconds(deployMs),
          target: '(none)',
          isMet: Number.isFinite(deployMs),
        },
        {
          what: 'rollback, former release kept warm',
          measured: seconds(rollbackMs),
          target: '< 1 s',
          isMet: rollbackMs < 1_000,
        },
      ]
    } finally {
      await gantry.stop()
    }
  },
}
