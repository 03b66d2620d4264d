import { setTimeout as sleep } from 'node:timers/promises'
import { parseConfig } from '@gantry/config'
import { WayBackQuestions } from '@gantry/core/api'
import { type AskedLook, artifactReader, askWayBack, bindServices } from '@gantry/delivery'
import type { Api } from '../api/api.ts'
import { nothing, one } from '../api/read.ts'
import type { JobHost } from './carry-out-in-job.ts'
import { maskedBy } from './masked-outcome.ts'
import { secretNamesOf } from './secret-names.ts'

/** Asks the vendors of an environment whether releases can be put back there, and tells the server what they say. */
export async function askVendorsInJob(api: Api, environment: string, { host, say }: JobHost): Promise<AskedLook[]> {
  const place = `/environments/${encodeURIComponent(environment)}/way-back`
  const asked = await api.get(place, one(WayBackQuestions))
  const secrets = new Map<string, string[]>()
  const looks = await askWayBack(asked, {
    async bind({ config: given }) {
      const config = parseConfig(given)
      for (const name of Object.keys(config.services)) secrets.set(name, secretNamesOf(config, name))
      return bindServices(config)
    },
    missing: ({ name }) => (secrets.get(name) ?? []).filter(each => !host.env[each]),
    surroundings: {
      env: host.env,
      cwd: host.cwd,
      fetch: globalThis.fetch,
      log: line => say(maskedBy(host.env)(line)),
      artifacts: artifactReader(
        async digest => api.stream(`/artifacts/${digest}`),
        async digest => api.has(`/artifacts/${digest}`),
      ),
    },
    clock: { now: host.now, sleep: (ms, signal) => sleep(ms, undefined, { signal }) },
  })
  const mask = maskedBy(host.env, [...new Set([...secrets.values()].flat())])
  const told = looks.map(look => mask(look))
  await api.post(place, { looks: told }, nothing)
  return told
}
