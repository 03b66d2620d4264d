import { CalledWrongly } from '../command/called-wrongly.ts'
import type { Host } from '../host.ts'
import { projectOfFolder } from '../project/project-of-folder.ts'
import type { Api } from './api.ts'
import { fieldOf } from './read.ts'

/**
 * The project a command is about: the one named, that of the folder, or the only one there is. One that was named is not
 * looked up: the server says what it does not know.
 */
export async function findProject(named: string | undefined, host: Host, api: Api): Promise<string> {
  const said = named || host.env['GANTRY_PROJECT']
  if (said) return said
  const known = await api.get('/api/v1/me', projectNames)
  const here = await projectOfFolder(host.cwd)
  if (here !== null && known.includes(here)) return here
  const [only, ...others] = known
  if (only !== undefined && others.length === 0) return only
  if (only === undefined)
    throw new CalledWrongly(`${api.url} keeps no project yet`, 'Add one with `gantry projects add <name>`.')
  const where = here === null ? 'this folder belongs to none' : `${here}, which this folder belongs to, is none of them`
  throw new CalledWrongly(
    `expected --project: ${known.join(', ')} are kept, and ${where}`,
    `Try \`--project ${only}\`.`,
  )
}

function projectNames(body: unknown): string[] {
  const names = fieldOf(body, 'projects')
  if (Array.isArray(names)) return names.map(String)
  throw new TypeError('expected a list "projects"')
}
