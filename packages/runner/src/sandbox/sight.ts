import { closeSync, constants, existsSync, openSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import type { JobUser, Sandbox } from '@gantry/core'

/**
 * What Gantry itself reads and writes for a job is on the other side of the walls: a path or a link that leads to what
 * jobs do not see is refused here, too.
 */
export interface Sight {
  /** @returns the path @throws when it leads to what the job does not see */
  place(path: string): string
  readText(path: string): string
  open(path: string): Promise<FileHandle>
}

export function sightOf(sandbox: Sandbox | undefined, root: string): Sight {
  const check = (path: string, actual: string): void => {
    const isSeen = sandbox === undefined || isVisible(actual, sandbox, realpathSync(root))
    if (!isSeen) throw new Error(`expected a path that jobs see, got ${path}`)
  }
  const checkRead = (path: string, actual: string): void => {
    check(path, actual)
    const user = sandbox?.user?.of(root)
    if (user === undefined || isIn(actual, realpathSync(root)) || mayRead(user, actual, sandbox?.shown ?? [])) return
    throw new Error(`expected a path that the account of jobs may read, got ${path}`)
  }
  return {
    place(path) {
      check(path, actualPath(path))
      return path
    },
    readText(path) {
      const file = openSync(path, readFlags)
      try {
        checkRead(path, pathOf(file, path))
        return readFileSync(file, 'utf8')
      } finally {
        closeSync(file)
      }
    },
    async open(path) {
      const file = await open(path, readFlags)
      try {
        checkRead(path, pathOf(file.fd, path))
        return file
      } catch (error) {
        await file.close()
        throw error
      }
    },
  }
}

/** A named pipe that nobody writes to would be waited for until the end of days. */
const readFlags = constants.O_RDONLY | constants.O_NONBLOCK

/** What lies deeper counts: a hidden folder may hold one that is shown, and that one another that is hidden. */
function isVisible(actual: string, { hidden, shown }: Sandbox, root: string): boolean {
  const deepest = (folders: readonly string[]): number =>
    Math.max(-1, ...folders.filter(folder => isIn(actual, folder)).map(({ length }) => length))
  return deepest([root, ...shown]) >= deepest(hidden)
}

/** As the kernel judges it. Within what is shown the way there is a job's, whatever it is outside. */
function mayRead(user: JobUser, actual: string, shown: readonly string[]): boolean {
  const may = (path: string, right: number): boolean => {
    const { uid, gid, mode } = statSync(path)
    const shift = uid === user.uid ? 6 : gid === user.gid ? 3 : 0
    return ((mode >> shift) & right) !== 0
  }
  for (let folder = dirname(actual); folder !== '/'; folder = dirname(folder))
    if (!shown.some(path => isIn(path, folder)) && !may(folder, 1)) return false
  return may(actual, 4)
}

function isIn(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith(`..${sep}`)
}

/** Where an open file is, whatever its name has become meanwhile. */
function pathOf(file: number, path: string): string {
  const link = `/proc/self/fd/${file}`
  return existsSync(link) ? readlinkSync(link) : realpathSync(path)
}

/** With every link followed, as far as there is something. */
function actualPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    const parent = dirname(path)
    return parent === path ? path : join(actualPath(parent), basename(path))
  }
}
