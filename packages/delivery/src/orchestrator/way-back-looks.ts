import { type ProjectStore, WayBackLook } from '@gantry/core'
import * as z from 'zod'

const settingName = (environment: string): string => `wayBackLooks:${environment}`

const Looks = z.array(WayBackLook).catch([])

/** What vendors said last, one of each service and release, the newest first. */
export const looksOf = async (
  projects: Pick<ProjectStore, 'setting'>,
  project: string,
  environment: string,
): Promise<WayBackLook[]> => Looks.parse(await projects.setting(project, settingName(environment)))

/** More than a rollback could go back to. */
const kept = 100

/** Keeps what a job was told just now, in place of what was said of the same before. */
export async function keepLooks(
  projects: Pick<ProjectStore, 'setting' | 'saveSetting'>,
  { project, environment }: { project: string; environment: string },
  looks: readonly WayBackLook[],
): Promise<void> {
  const isSaidAnew = ({ service, release }: WayBackLook) =>
    looks.some(each => each.service === service && each.release === release)
  const before = await looksOf(projects, project, environment)
  const all = [...looks, ...before.filter(each => !isSaidAnew(each))].slice(0, kept)
  await projects.saveSetting(project, settingName(environment), all)
}
