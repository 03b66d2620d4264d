import type { Project, ProjectStore, Runbook } from '@gantry/core'
import type { Config } from '@gantry/core/config'
import type { Repository } from '../git/repository.ts'

/** The project as it is now: its stored row, and what the newest commit of main says. */
export interface ProjectHome {
  /** As it was read last. What another server changes is known here within a moment. */
  current(): Promise<Project>
  /** As it is stored now, for what must not rest on less: whether somebody has to approve. */
  latest(): Promise<Project>
  /** It was changed: the next who asks reads it again. */
  forget(): void
  /** Reads the config of a commit of main and keeps it. @throws GantryError CONFIG_MISSING, CONFIG_INVALID */
  adopt(sha: string): Promise<Config>
  runbooks(): Promise<Runbook[]>
}

export interface ProjectHomeParts {
  name: string
  projects: ProjectStore
  repository: Repository
  loadConfig(sha: string): Promise<Config>
  /** Other servers may change it. */
  isShared: boolean
  readRunbook(path: string, text: string): Runbook
  onAdopted(project: Project): Promise<void>
  log: { warn(facts: object, message: string): void }
}

/** Word of a change comes at once; this is for word that was missed. */
const believedMs = 10_000

export function createProjectHome(parts: ProjectHomeParts): ProjectHome {
  const { name, projects, repository } = parts
  let project: Project | null = null
  let books: { sha: string; runbooks: Runbook[] } | null = null
  let readAtMs = 0
  /** A row that was asked for before it changed, and comes afterwards, is not kept. */
  let changes = 0
  const read = async (): Promise<Project> => {
    const [atMs, before] = [performance.now(), changes]
    const found = await projects.get(name)
    if (!found) throw new Error(`the project ${name} was never made`)
    if (before === changes) {
      project = found
      readAtMs = atMs
    }
    return found
  }
  const forget = () => {
    changes++
    project = null
  }
  const current = async (): Promise<Project> =>
    project === null || (parts.isShared && performance.now() - readAtMs > believedMs) ? read() : project
  return {
    current,
    latest: () => (parts.isShared ? read() : current()),
    forget,
    async adopt(sha) {
      const config = await parts.loadConfig(sha)
      await projects.saveConfig(name, config, sha)
      forget()
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
