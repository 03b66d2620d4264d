import type { ProjectStore } from '@gantry/core'
import * as z from 'zod'

/** Public ports that stay the same: given once, kept in the project's settings. */
export interface PublicPorts {
  /** Ports to try, best first: the one given before, then free ones above the base. */
  candidates(project: string, key: string): Promise<AsyncIterable<number>>
  keep(project: string, key: string, port: number): Promise<void>
  giveBack(project: string, key: string): Promise<void>
}

const settingName = 'publicPorts'
/** From 1024 on, those no browser opens: https://fetch.spec.whatwg.org/#port-blocking */
const blockedByBrowsers = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
])
const Given = z.record(z.string(), z.int()).catch({})

export function publicPorts(
  projects: Pick<ProjectStore, 'list' | 'setting' | 'saveSetting'>,
  base: () => number,
): PublicPorts {
  const given = async (project: string) => Given.parse(await projects.setting(project, settingName))
  let saving = Promise.resolve()
  // One after the other: two at once would each forget the other's.
  const change = (project: string, how: (before: Record<string, number>) => Record<string, number>) => {
    saving = saving
      .catch(() => {})
      .then(async () => {
        const before = await given(project)
        const after = how(before)
        if (after !== before) await projects.saveSetting(project, settingName, after)
      })
    return saving
  }
  return {
    async candidates(project, key) {
      const own = (await given(project))[key]
      const all = await Promise.all((await projects.list()).map(each => given(each.name)))
      const taken = new Set(all.flatMap(each => Object.values(each)))
      return candidatePorts(own, taken, base())
    },
    keep: (project, key, port) =>
      change(project, before => (before[key] === port ? before : { ...before, [key]: port })),
    giveBack: (project, key) =>
      change(project, before => {
        const { [key]: port, ...others } = before
        return port === undefined ? before : others
      }),
  }
}

async function* candidatePorts(own: number | undefined, taken: Set<number>, base: number): AsyncGenerator<number> {
  if (own !== undefined) yield own
  for (let port = base; port <= 65_535; port += 1) {
    if (!taken.has(port) && !blockedByBrowsers.has(port)) yield port
  }
}
