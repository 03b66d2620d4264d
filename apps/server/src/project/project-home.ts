import type { Project, ProjectStore, Runbook } from '@gantry/core'
import type { Config } from '@gantry/core/config'
import type { Repository } from '../git/repository.ts'

/** The project as it is now: its stored row, and what the newest commit of main says. */
export interface ProjectHome {
  current(): Promise<Project>
  /** As it is stored now, whoever changed it. */
  reload(): Promise<Project>
  /** Reads the config of a commit of main and keeps it. @throws GantryError CONFIG_MISSING, CONFIG_INVALID */
  adopt(sha: string): Promise<Config>
  runbooks(): Promise<Runbook[]>
}

export interface ProjectHomeParts {
  name: string
  projects: ProjectStore
  repository: Repository
  loadConfig(sha: string): Promise<Config>
  /** Other servers may change it: what was read is not believed for long. */
  isShared: boolean
  readRunbook(path: string, text: string): Runbook
  onAdopted(project: Project): Promise<void>
  log: { warn(facts: object, message: string): void }
}

const believedMs = 2_000

export function createProjectHome(parts: ProjectHomeParts): ProjectHome {
  const { name, projects, repository } = parts
  let project: Project | null = null
  let books: { sha: string; runbooks: Runbook[] } | null = null
  let readAtMs = 0
  const reload = async (): Promise<Project> => {
    readAtMs = performance.now()
    project = await projects.get(name)
    if (project) return project
    throw new Error(`the project ${name} was never made`)
  }
  const current = async (): Promise<Project> =>
    project === null || (parts.isShared && performance.now() - readAtMs > believedMs) ? reload() : project
  return {
    current,
    reload,
    async adopt(sha) {
      const config = await parts.loadConfig(sha)
      await projects.saveConfig(name, config, sha)
      await parts.onAdopted(await reload())
      return config
    },
    async runbooks() {
      const { config, configSha } = await current()
      if (!config || !configSha) return []
      if (books?.sha === configSha) return books.runbooks
      const files = await repository.files(configSha, config.runbooks)
      const runbooks = files
        .filter(({ path }) => path.endsWith('.md'))
        .flatMap(({ path, text }) => readable(path, text, parts))
      books = { sha: configSha, runbooks }
      return runbooks
    },
  }
}

/** A runbook that cannot be read must not hide the others from the person who needs them. */
function readable(path: string, text: string, { readRunbook, log }: ProjectHomeParts): Runbook[] {
  try {
    return [readRunbook(path, text)]
  } catch (cause) {
    log.warn({ err: cause, path }, 'runbook left out')
    return []
  }
}
