import { execFile } from 'node:child_process'
import { statfsSync } from 'node:fs'
import { promisify } from 'node:util'

const run = promisify(execFile)
const lookEveryMs = 200
/** Less than that on the disk of the jobs, and nobody can say any more what happened. */
const leastFreeBytes = 256 * 2 ** 20

/**
 * Tells once when the folder of a job takes more than it may, or leaves nothing of the disk. How much is free costs nothing to ask:
 * the files are counted only when so much was written since that they may be too many.
 * @returns ends it
 */
export function watchDisk(root: string, mostBytes: number, onOver: (message: string) => void): () => void {
  let counted = { bytes: 0, freeBytes: freeBytes(root) }
  const startedLow = counted.freeBytes < leastFreeBytes
  let isCounting = false
  const look = async () => {
    const free = freeBytes(root)
    if (free < leastFreeBytes && !startedLow) return over(`its disk has ${free >> 20} MiB left`)
    if (isCounting || counted.freeBytes - free <= mostBytes - counted.bytes) return
    isCounting = true
    const bytes = await takenBytes(root)
    counted = { bytes, freeBytes: free }
    isCounting = false
    if (bytes > mostBytes) over(`it took ${Math.round(bytes / 2 ** 20)} MiB`)
  }
  const looking = setInterval(() => void look().catch(() => undefined), lookEveryMs)
  const over = (why: string) => {
    clearInterval(looking)
    onOver(`expected the job to take at most ${Math.round(mostBytes / 2 ** 20)} MiB of disk: ${why}; it was ended`)
  }
  return () => clearInterval(looking)
}

function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(path)
  return bavail * bsize
}

/** Files that are removed while they are counted make `du` complain; what it counted is right all the same. */
async function takenBytes(root: string): Promise<number> {
  const { stdout } = await run('du', ['-sk', root]).catch((cause: { stdout?: string }) => ({
    stdout: cause.stdout ?? '',
  }))
  return Number(stdout.split('\t')[0] ?? 0) * 1024
}
