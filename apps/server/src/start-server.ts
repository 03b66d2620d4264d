import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { GantryError } from '@gantry/core'
import { type ControlPlane, compose } from './compose.ts'
import type { Environment } from './environment.ts'
import { hasGit } from './git/git.ts'
import { openHome, writePrivate } from './home/home.ts'

export interface RunningServer {
  url: string
  /** Signs in once. */
  signInUrl: string
  stop(): Promise<void>
}

/**
 * Opens the data folder and the database, listens, says where, and takes up what the last stop left.
 * @throws GantryError GIT_MISSING, HOME_UNWRITABLE, HOME_IN_USE, PORT_IN_USE, DATABASE_UNREACHABLE, DATABASE_IN_USE
 */
export async function startServer(environment: Environment, say: (line: string) => void): Promise<RunningServer> {
  if (!(await hasGit())) throw new GantryError('GIT_MISSING', 'expected `git` on the PATH')
  const home = await openHome(environment.home)
  let plane: ControlPlane | null = null
  try {
    await requireFreePort(environment)
    plane = await compose(environment, home, { say })
    const composed = plane
    await plane.listen()
    const url = await listening(plane.app.listen({ port: environment.port, host: environment.host }), environment.port)
    await plane.ready(url)
    await writePrivate(join(home.dir, 'url'), url)
    const signInUrl = `${url}/sign-in?link=${plane.signInLink}`
    say(`Gantry is ready at ${url}`)
    say(`Sign in once:  ${signInUrl}`)
    plane.takeUp()
    return {
      url,
      signInUrl,
      async stop() {
        await composed.stop()
        await rm(join(home.dir, 'url'), { force: true })
        await home.release()
      },
    }
  } catch (cause) {
    await plane?.stop()
    await home.release()
    throw cause
  }
}

/** Asked before a database is made, which takes seconds. */
async function requireFreePort({ port, host }: Environment): Promise<void> {
  if (port === 0) return
  const probe = createServer()
  const address = once(probe.listen({ port, host }), 'listening').then(() => host)
  await listening(address, port)
  await new Promise(done => probe.close(done))
}

async function listening(address: Promise<string>, port: number): Promise<string> {
  try {
    return await address
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE') {
      throw new GantryError('PORT_IN_USE', `port ${port} is taken by another program`, { port }, { cause })
    }
    throw cause
  }
}
