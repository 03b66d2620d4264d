import { execFile } from 'node:child_process'
import { chownSync, closeSync, constants, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { JobUser } from '@gantry/core'

const run = promisify(execFile)

/** Named pipes, made many at a time because `mkfifo` is a process and steps should start at once. */
export class PipePool {
  readonly #folder: string
  readonly #batch: number
  readonly #user: JobUser | undefined
  #ready: string[] = []
  #made = 0

  /** @param user who writes to them, when it is another: scripts open `/dev/stdout` anew */
  constructor(folder: string, batch: number, user?: JobUser) {
    this.#folder = folder
    this.#batch = batch
    this.#user = user
  }

  /** Opens both ends; the name is gone before anyone else can open it. */
  async open(): Promise<{ reader: number; writer: number }> {
    if (this.#ready.length === 0) await this.#fill()
    const path = this.#ready.shift() ?? ''
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      return { reader, writer: openSync(path, constants.O_WRONLY) }
    } catch (error) {
      closeSync(reader)
      throw error
    } finally {
      rmSync(path)
    }
  }

  async #fill(): Promise<void> {
    const paths = Array.from({ length: this.#batch }, () => join(this.#folder, `pipe-${++this.#made}`))
    await run('mkfifo', ['-m', '600', ...paths])
    if (this.#user !== undefined) for (const path of paths) chownSync(path, this.#user.uid, this.#user.gid)
    this.#ready.push(...paths)
  }
}
