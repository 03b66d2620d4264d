import { GantryError } from '@gantry/core'
import { RunSummary } from '@gantry/core/api'
import type { Api } from '../api/api.ts'
import { listIn, query } from '../api/read.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'

/** The id of a run as people name it: `ci.yml#12` as lists show it, `ci #12`, `12`; anything else is an id already. */
export async function idOfRun(api: Api, name: string): Promise<string> {
  const [, workflow = '', digits] = /^(?:(.*?) ?#)?(\d+)$/.exec(name) ?? []
  if (digits === undefined) return name
  const asked = query({
    number: Number(digits),
    workflow: /\.ya?ml$/.test(workflow) ? workflow : undefined,
    limit: 200,
  })
  const runs = await api.get(`/runs${asked}`, listIn('runs', RunSummary))
  const isMeant = (run: RunSummary): boolean =>
    [fileOf(run), fileOf(run).replace(/\.ya?ml$/, ''), run.workflowName, run.workflowPath].includes(workflow)
  const found = runs.filter(run => run.number === Number(digits) && (workflow === '' || isMeant(run)))
  const [run, another] = found
  if (another) throw new CalledWrongly(`${name} may be ${found.map(nameOfRun).join(' or ')}`, 'See `gantry runs`.')
  if (run) return run.id
  throw new GantryError('NOT_FOUND', `no run ${name}`)
}

/** `ci.yml#12` */
export const nameOfRun = (run: RunSummary): string => `${fileOf(run)}#${run.number}`
const fileOf = ({ workflowPath }: RunSummary): string => workflowPath.split('/').at(-1) ?? ''
