import { type ErrorEvent, type Frame, ownersOf, readCodeOwners } from '@gantry/core'
import type { EventView } from '@gantry/core/api'
import type { Repository } from '../git/repository.ts'
import { Remembered } from '../remembered.ts'
import { matchPath } from './match-path.ts'

export interface EventSourceParts {
  repository: Pick<Repository, 'changedFiles' | 'source' | 'lastChange'>
  /** Folder of a service in the repository; null when the config names none. */
  folderOf(service: string): Promise<string | null>
}

const around = 4
const mostFiles = 200
const mostTrees = 8
/** The first there is counts, as at GitHub. */
const ownerFiles = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS']

/**
 * What an event means in the repository: the file behind each frame of one's own code, the code around it where the SDK
 * could not read it, and the commit that last changed the file blamed. Read from the commit of the release, so that
 * the lines are those that ran. An event of a release that is no commit here stays as it came.
 */
export function eventSources({ repository, folderOf }: EventSourceParts): (event: ErrorEvent) => Promise<EventView> {
  // Commits do not change.
  const trees = new Remembered({ most: mostTrees, ask: sha => repository.changedFiles(null, sha) })
  const texts = new Remembered({
    most: mostFiles,
    async ask(key) {
      const [sha = '', path = ''] = key.split('\n')
      return (await repository.source(sha, path)).split('\n')
    },
  })

  const rulesAt = async (sha: string, paths: readonly string[]) => {
    const path = ownerFiles.find(name => paths.includes(name))
    return path === undefined ? [] : readCodeOwners((await texts.get(`${sha}\n${path}`).catch(() => [])).join('\n'))
  }

  return async event => {
    const sha = event.release
    const paths = sha !== null && /^[0-9a-f]{7,40}$/.test(sha) ? await trees.get(sha).catch(() => []) : []
    const within = event.service === null || paths.length === 0 ? null : await folderOf(event.service)
    const located = async (frame: Frame) => {
      const path = frame.isInApp ? matchPath(frame.file, paths, within) : null
      if (path === null || sha === null) return { ...frame, path }
      const lines =
        frame.context === null && frame.line !== null ? await texts.get(`${sha}\n${path}`).catch(() => []) : []
      return { ...frame, path, context: frame.context ?? contextOf(lines, frame.line) }
    }
    const exceptions = await Promise.all(
      event.exceptions.map(async exception => ({
        ...exception,
        frames: await Promise.all(exception.frames.map(located)),
      })),
    )
    const blamed = exceptions.at(-1)?.frames.findLast(({ path }) => path !== null)?.path
    const lastChange = sha !== null && blamed ? await repository.lastChange(sha, blamed).catch(() => null) : null
    const owners = sha !== null && blamed ? ownersOf(blamed, await rulesAt(sha, paths)) : []
    return { ...event, exceptions, lastChange, owners }
  }
}

/** Null when the file has no such line: then it is not the file that ran. */
function contextOf(lines: readonly string[], line: number | null): Frame['context'] {
  const own = line === null ? undefined : lines[line - 1]
  if (line === null || own === undefined) return null
  return {
    pre: lines.slice(Math.max(0, line - 1 - around), line - 1),
    line: own,
    post: lines.slice(line, line + around),
  }
}
