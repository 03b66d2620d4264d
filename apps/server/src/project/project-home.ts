import type { Project, ProjectStore, Runbook } from '@gantry/core'
import type { Config } from '@gantry/core/config'
import type { Repository } from '../git/repository.ts'

/** The project as it is now: its stored row, and what the newest commit of main says. */
export interface ProjectHome {
  current(): Promise<Project>
  /** Reads its row again, after it was changed. */
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
  readRunbook(path: string, text: string): Runbook
  onAdopted(project: Project): Promise<void>
  log: { warn(facts: object, message: string): void }
}

export function createProjectHome(parts: ProjectHomeParts): ProjectHome {
  const { name, projects, repository } = parts
  let project: Project | null = null
  let books: { sha: string; runbooks: Runbook[] } | null = null
  const current = async (): Promise<Project> => {
    project ??= await projects.get(name)
    if (project) return project
    throw new Error(`the project ${name} was never made`)
  }
  return {
    current,
    reload() {
      project = null
      return current()
    },
    async adopt(sha) {
      const config = await parts.loadConfig(sha)
      await projects.saveConfig(name, config, sha)
      project = await projects.get(name)
      await parts.onAdopted(await current())
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
