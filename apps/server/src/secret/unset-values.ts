import { GantryError, previewPlace, type SealedSecret, type Variable } from '@gantry/core'
import type { UnsetValue } from '@gantry/core/api'
import { namedValues, type Workflow } from '@gantry/workflow'
import type { ProjectBase } from '../project/project-base.ts'
import { readWorkflow } from '../run/read-workflow.ts'

/** What workflow files ask for and nobody set: each name once for each environment, with the jobs that ask. */
export function unsetValues(
  files: readonly { path: string; text: string }[],
  secrets: readonly (Pick<SealedSecret, 'name' | 'environment'> & Partial<Pick<SealedSecret, 'isForAnyBranch'>>)[],
  variables: readonly Pick<Variable, 'name' | 'environment'>[],
): UnsetValue[] {
  const unset = new Map<string, UnsetValue>()
  for (const workflow of files.flatMap(readable)) {
    for (const { kind, name, environment, job } of askedBy(workflow)) {
      if (ownOfRunners.has(name) || isSetIn(kind === 'secret' ? secrets : variables, name, environment)) continue
      const key = JSON.stringify([kind, name, environment])
      const known = unset.get(key) ?? { kind, name, environment, askedBy: [] }
      unset.set(key, { ...known, askedBy: [...known.askedBy, job] })
    }
  }
  return [...unset.values()]
}

/** Gantry's own runners set both by themselves; files ask for them where they run on GitHub. */
const ownOfRunners: ReadonlySet<string> = new Set(['GANTRY_URL', 'GANTRY_TOKEN'])

type SetValue = { name: string; environment: string | null; isForAnyBranch?: boolean }

/** Of a secret of the repository previews have what anybody may have. */
const isSetIn = (set: readonly SetValue[], name: string, environment: string | null): boolean =>
  set.some(
    each =>
      each.name === name &&
      (each.environment === environment ||
        (each.environment === null && (environment !== previewPlace || each.isForAnyBranch !== false))),
  )

/** The same for the workflow files of a commit. */
export async function unsetAt(
  sha: string,
  { repository, secrets, variables, stored }: Pick<ProjectBase, 'repository' | 'secrets' | 'variables' | 'stored'>,
): Promise<UnsetValue[]> {
  const files = await repository.files(sha, '.github/workflows')
  return unsetValues(files, await secrets.list(stored.name), await variables.list(stored.name))
}

/** What a called workflow asks for depends on who calls it; an environment that is an expression is not known before a run. */
function askedBy({ path, env, jobs, on }: Workflow) {
  if (on.every(({ event }) => event === 'workflow_call')) return []
  return jobs
    .filter(({ environment }) => !environment?.name.includes('${{'))
    .flatMap(spec => {
      const job = `${path.split('/').at(-1)} ${spec.key}`
      return namedValues([env, spec]).map(of => ({ ...of, environment: spec.environment?.name ?? null, job }))
    })
}

/** A file that cannot be read says so where it runs. */
function readable({ path, text }: { path: string; text: string }): Workflow[] {
  if (!/^\.github\/workflows\/[^/]+\.ya?ml$/.test(path)) return []
  try {
    return [readWorkflow(path, text)]
  } catch (cause) {
    if (cause instanceof GantryError) return []
    throw cause
  }
}
