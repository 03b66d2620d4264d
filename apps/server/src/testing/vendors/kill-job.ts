import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Ends the command of a job as nothing can be ended more suddenly. It is known by the server it talks to: other tests run
 * commands of the same name.
 */
export async function killCommand(words: string, server: string): Promise<number> {
  let killed = 0
  for (const pid of (await readdir('/proc')).filter(name => /^\d+$/.test(name))) {
    const read = (name: string) => readFile(join('/proc', pid, name), 'utf8').catch(() => '')
    const command = (await read('cmdline')).split('\0').join(' ')
    if (!command.includes(`main.ts ${words}`)) continue
    if (!(await read('environ')).split('\0').includes(`GANTRY_URL=${server}`)) continue
    process.kill(Number(pid), 'SIGKILL')
    killed += 1
  }
  return killed
}
