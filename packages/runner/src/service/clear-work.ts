import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/**
 * Clears away what jobs of a runner that was killed left behind: nobody goes on in it. Put aside at once, and removed while
 * the runner works, which one that is cut off leaves to the next.
 * @returns when all of it is gone
 */
export async function clearWork(workspaces: string): Promise<{ removed: Promise<void> }> {
  const [parent, prefix] = [dirname(workspaces), `.left-${basename(workspaces)}-`]
  const left = (await readdir(parent)).filter(name => name.startsWith(prefix))
  const aside = `${prefix}${left.length + 1}-${process.hrtime.bigint()}`
  const isThere = await rename(workspaces, join(parent, aside)).then(
    () => true,
    cause => {
      if (cause.code === 'ENOENT') return false
      throw cause
    },
  )
  await mkdir(workspaces, { recursive: true })
  const gone = [...left, ...(isThere ? [aside] : [])]
  const removed = Promise.all(gone.map(name => rm(join(parent, name), { recursive: true, force: true })))
  return { removed: removed.then(() => undefined) }
}
