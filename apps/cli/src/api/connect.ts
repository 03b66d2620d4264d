import type { Readable } from 'node:stream'
import { isPreview } from '@gantry/core'
import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import type { Host } from '../host.ts'
import { projectOfFolder } from '../project/project-of-folder.ts'
import { type Api, apiAt, type Read } from './api.ts'
import { findProject } from './find-project.ts'
import { isGitHubJob, tokenOfGitHubJob } from './github-job.ts'
import { serverAddress } from './server-address.ts'

/** The server this person means. Nothing is sent before the first question. */
export const connect = (host: Pick<Host, 'env' | 'cwd'>): Api => apiAt(serverAddress(host))

/** The same for one project: paths are those below `/api/v1/projects/<project>`. Which one is found at the first question. */
export function connectProject(call: Call, host: Host): Api {
  const { url, token } = serverAddress(host)
  let found: Promise<{ api: Api; below: string }> | null = null
  const at = async (path: string) => {
    found ??= token === null && isGitHubJob(host.env) ? jobOf(call, host, url) : projectOf(call, host)
    const { api, below } = await found
    return { api, path: `${below}${path}` }
  }
  const asking =
    <A extends unknown[], R>(ask: (api: Api, path: string, ...args: A) => Promise<R>) =>
    async (path: string, ...args: A): Promise<R> => {
      const to = await at(path)
      return ask(to.api, to.path, ...args)
    }
  return {
    url,
    get: async <T>(path: string, read: Read<T>) => asking((api, to) => api.get(to, read))(path),
    post: async <T>(path: string, body: unknown, read: Read<T>) => asking((api, to) => api.post(to, body, read))(path),
    text: asking((api, path) => api.text(path)),
    stream: asking((api, path) => api.stream(path)),
    has: asking((api, path) => api.has(path)),
    put: asking((api, path, bytes: Readable) => api.put(path, bytes)),
  }
}

const belowProject = (project: string): string => `/api/v1/projects/${encodeURIComponent(project)}`

async function projectOf(call: Call, host: Host): Promise<{ api: Api; below: string }> {
  const api = connect(host)
  return { api, below: belowProject(await findProject(call.text('project'), host, api)) }
}

/** A job on GitHub is given its token for a project, so it cannot ask which there are. */
async function jobOf(call: Call, host: Host, url: string): Promise<{ api: Api; below: string }> {
  const project = call.text('project') || host.env['GANTRY_PROJECT'] || (await projectOfFolder(host.cwd))
  if (!project)
    throw new CalledWrongly(
      'expected --project or GANTRY_PROJECT, as this folder belongs to none',
      'Check out the repository first.',
    )
  // The job of a preview is of the place that all of them share on GitHub: which one it is for, it says itself.
  const asked = call.text('environment')
  const environment = asked !== undefined && isPreview(asked) ? asked : null
  const token = await tokenOfGitHubJob(host.env, { url, project, environment })
  return { api: apiAt({ url, token }), below: belowProject(project) }
}
