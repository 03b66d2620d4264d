import type { Live } from '../../define-provider.ts'
import { isOfApp, type Machine } from '../api/machine.ts'
import type { FlyWork } from '../fly-work.ts'
import { releaseOf } from '../tags.ts'

/** What requests reach now. */
export async function readLive({ api, app }: FlyWork): Promise<Live> {
  const answering = (await api.list()).filter(machine => isOfApp(machine) && !machine.cordoned)
  const releases = [...new Set(answering.map(releaseOf))]
  const [release = null] = releases
  if (answering.length === 0) return { release: null, detail: `no machine of ${app} takes requests` }
  if (releases.length > 1)
    return {
      release: null,
      detail: `machines of ${releases.length} releases take requests at ${app}: ${idsOf(answering)}`,
    }
  if (release === null) return { release: null, detail: `machines that Gantry did not make take requests at ${app}` }
  return {
    release,
    detail: `${answering.length} machine${answering.length === 1 ? '' : 's'} of ${app}: ${idsOf(answering)}`,
  }
}

const idsOf = (machines: Machine[]): string => machines.map(({ id }) => id).join(', ')
