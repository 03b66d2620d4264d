import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { Source } from '../run/machine.ts'
import { gitSource } from '../source/git-source.ts'
import type { ServerCall, ServerClient } from './server-client.ts'

const run = promisify(execFile)

/**
 * Commits of a project, fetched from its server by git over HTTP into a copy that later jobs go on from. Only for a job that
 * this runner has, and only what is new.
 */
export function fetchedSource(parts: {
  client: ServerClient
  call: ServerCall
  /** Of the job. */
  id: string
  project: string
  path: string
  /** Fetches into one copy go one after the other. */
  fetching: Map<string, Promise<unknown>>
}): Source {
  const { project, path, fetching } = parts
  let fetched: Promise<void> | undefined
  const source = gitSource(path)
  return {
    async checkout(dest, ref) {
      fetched ??= Promise.resolve(fetching.get(project))
        .catch(() => undefined)
        .then(() => fetchAgain(parts, ref.sha))
      fetching.set(project, fetched)
      await fetched
      await source.checkout(dest, ref)
    },
  }
}

/** Git does not wait for a server that is starting: it is asked again once the server answers. */
async function fetchAgain(
  parts: { client: ServerClient; call: ServerCall; id: string; path: string },
  sha: string,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await fetchInto(parts, sha)
    } catch (cause) {
      if (tries === fetchesAtMost) throw cause
      await parts.call(`/jobs/${parts.id}/git/info/refs?service=git-upload-pack`)
    }
  }
}

const fetchesAtMost = 3

/** The token travels in the environment: every user of the machine can read a command line. */
async function fetchInto({ client, id, path }: { client: ServerClient; id: string; path: string }, sha: string) {
  const { PATH = '/usr/local/bin:/usr/bin:/bin' } = process.env
  const env = {
    ...{ PATH, HOME: '/', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C', GIT_CONFIG_COUNT: '1' },
    ...{ GIT_CONFIG_KEY_0: 'http.extraHeader', GIT_CONFIG_VALUE_0: `Authorization: ${client.authorization}` },
  }
  await mkdir(path, { recursive: true })
  const git = (...args: string[]) => run('git', ['-c', 'safe.directory=*', ...args], { cwd: path, env })
  await git('init', '--bare', '--quiet', '.')
  const from = `${await client.url()}/api/v1/runners/jobs/${id}/git`
  const branches = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*']
  const commit = /^[0-9a-f]{40}$/.test(sha) ? [sha] : []
  await git('fetch', '--quiet', '--no-write-fetch-head', '--prune', from, ...branches, ...commit)
}
