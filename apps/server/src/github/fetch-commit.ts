import { git } from '../git/git.ts'
import type { GitHubAccess } from './github-access.ts'

/** Where fetched commits are kept from being tidied away: no branch of Gantry's moves, so nothing runs for them here. */
const kept = (sha: string): string => `refs/github/${sha}`

/**
 * Brings a commit of the connected repository here, with all that came before it. Does nothing when the project is not connected.
 * @throws when GitHub does not give it
 */
export async function fetchCommit(
  sha: string,
  { path, github }: { path: string; github: Pick<GitHubAccess, 'connected' | 'place'> },
): Promise<void> {
  if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(sha)) return
  const connected = await github.connected()
  if (!connected) return
  const url = `${github.place.url}/${connected.connection.repository}.git`
  const login = Buffer.from(`x-access-token:${await connected.token()}`).toString('base64')
  const settings = {
    // For that address alone, and by the environment: arguments are seen by everybody on the machine.
    [`http.${url}.extraHeader`]: `Authorization: Basic ${login}`,
    'http.followRedirects': 'false',
    'http.lowSpeedLimit': '1000',
    'http.lowSpeedTime': '30',
    'credential.helper': '',
  }
  await git(['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', url, `+${sha}:${kept(sha)}`], {
    cwd: path,
    env: asEnvironment(settings),
  })
}

function asEnvironment(settings: Record<string, string>): Record<string, string> {
  const pairs = Object.entries(settings)
  return Object.fromEntries([
    ['GIT_CONFIG_COUNT', String(pairs.length)],
    ...pairs.flatMap(([name, value], index) => [
      [`GIT_CONFIG_KEY_${index}`, name],
      [`GIT_CONFIG_VALUE_${index}`, value],
    ]),
  ])
}
